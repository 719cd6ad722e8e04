import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StreamEvent, TokenStream } from '../codec/codec.js';
import { MODES } from './commands.js';
import { COMMANDS, jam, lastTime, make, moves, performer, START } from './testing/jam.js';

const PARTS = ['left', 'right'];

/** Each note of the stream is played by two instruments, on the same pitch. */
function doubled(stream: TokenStream): TokenStream {
  return new Proxy(stream, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== 'function') return value;
      if (name !== 'accept') return value.bind(target);
      return (token: number): StreamEvent[] =>
        target.accept(token).flatMap((event) => PARTS.map((part) => ({ ...event, part })));
    },
  });
}

it('two instruments of a plugin play one pitch, each on its channel, and end it there', () => {
  fc.assert(
    fc.property(fc.constantFrom(...MODES), moves(COMMANDS), (mode, list) => {
      const { codec, ...parts } = performer();
      const sounding = new Set<string>();
      const faults: string[] = [];
      const { session, events } = jam(mode, {
        ...parts,
        codec: { ...codec, stream: (time, options) => doubled(codec.stream(time, options)) },
        output: {
          channelOf: (_voice, part) => 1 + PARTS.indexOf(part ?? ''),
          noteOn: (pitch, _velocity, _voice, part) => {
            const note = `${1 + PARTS.indexOf(part ?? '')} ${pitch}`;
            if (sounding.has(note)) faults.push(`${note} begun twice`);
            sounding.add(note);
          },
          noteOff: (pitch, channel) => {
            if (!sounding.delete(`${channel} ${pitch}`)) faults.push(`${channel} ${pitch} ended twice`);
          },
          silence: () => {},
        },
      });
      session.command(START, 0);
      for (const move of list) make(session, move);
      const end = lastTime(list);
      for (let now = end; now < end + 4; now += 0.05) session.advance(now);
      session.command({ type: 'stop' }, end + 4);
      expect(faults).toEqual([]);
      expect([...sounding]).toEqual([]);
      const begun = events.filter((event) => event.type === 'noteOn' && event.voice === 'model');
      expect(new Set(begun.map((event) => ('part' in event ? event.part : ''))).size).toBe(
        begun.length > 0 ? 2 : 0,
      );
    }),
    { numRuns: 80 },
  );
});

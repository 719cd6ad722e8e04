import { expect, it } from 'vitest';
import { kerasNetwork } from '../../../model/keras-init.js';
import { uniform } from '../../../model/random.js';
import { ReferenceEngine } from '../../../model/reference.js';
import { createSampler } from '../../../model/sampler.js';
import { parseDescriptor } from '../../../plugin/descriptor.js';
import type { SessionEvent } from '../../../session/events.js';
import { Session } from '../../../session/session.js';
import manifest from '../plugin.json' with { type: 'json' };
import { drumCodec } from './live.js';

const classes = drumCodec.vocabulary.size;
const network = kerasNetwork(
  { inputClasses: classes, embedding: 4, layers: [{ cell: 'gru', units: 6 }], outputClasses: classes },
  3,
);
const sampler = createSampler(classes);

/** Half a minute beside somebody who keeps a beat, looked at every `look` seconds. */
function duet(look: number) {
  const events: SessionEvent[] = [];
  const sent: string[] = [];
  const open = new Set<number>();
  let now = 0;
  const session = new Session({
    ...{ engine: new ReferenceEngine(network), codec: drumCodec, grammar: null, mode: 'duet', time: 0 },
    pluginParams: parseDescriptor(manifest, 'plugin.json').params,
    createDraw: (branch, _params, drawn = 0) => {
      let index = drawn;
      return (logits, mask) =>
        sampler.draw(logits, { temperature: 1, topK: 0, topP: 1 }, mask, uniform(5, branch, index++));
    },
    output: {
      noteOn: (pitch, velocity, voice, part) => {
        if (voice !== 'model') return;
        expect(open.has(pitch)).toBe(false);
        open.add(pitch);
        sent.push(`${pitch} ${velocity} ${part}`);
      },
      noteOff: (pitch) => open.delete(pitch),
      silence: () => {},
    },
    emit: (event) => events.push(event),
    record: () => {},
  });
  session.command({ type: 'start' }, 0);
  for (let beat = 0; beat < 50; beat++)
    for (const half of [0, 0.5]) {
      const time = 1 + (beat + half) * 0.6;
      const pitch = half === 0 && beat % 4 === 0 ? 40 : 64 + (beat % 3);
      for (const event of [
        { type: 'noteOn', time, pitch, velocity: 70 } as const,
        { type: 'noteOff', time: time + 0.2, pitch } as const,
      ]) {
        for (; now < event.time; now = Math.min(event.time, now + look)) session.advance(now);
        session.input(event);
      }
    }
  session.command({ type: 'stop' }, now);
  return { events, sent, open };
}

it('plays in a session: comes in, on its channel, ends what it began, and depends on nothing but what was played', () => {
  const { events, sent, open } = duet(0.01);
  expect(open.size).toBe(0);
  expect(sent.length).toBeGreaterThan(50);
  expect(sent.every((note) => note.endsWith(' drums'))).toBe(true);
  expect(events.filter(({ type }) => type === 'trouble')).toEqual([]);
  const [first] = events.filter((event) => event.type === 'noteOn' && event.voice === 'model');
  expect(first!.time).toBeGreaterThan(4);
  expect(first!.time).toBeLessThan(14);
  expect(duet(0.23).sent).toEqual(sent);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from './checkpoint.js';
import { MODES, type SessionCommand } from './commands.js';
import type { KeptMoment } from './kept-moment.js';
import { replayTake } from './replay.js';
import { survivingTokens, type TakeRecord } from './take.js';
import {
  COMMANDS,
  codec,
  jam,
  lastTime,
  type Move,
  make,
  moves,
  performer,
  phrase,
  START,
} from './testing/jam.js';

/** A session whose kept moments it can go back to, as its owner keeps them. */
function keeping(mode: (typeof MODES)[number]) {
  const moments = new Map<string, KeptMoment>();
  const records: TakeRecord[] = [];
  const all = jam(mode, {
    record: (record) => void records.push(record),
    kept(id: string, checkpoint: Checkpoint) {
      const tokens = survivingTokens(records, codec.startToken).slice(0, checkpoint.length);
      moments.set(id, { resumption: { checkpoint, branch: 0, tokens }, own: true });
    },
    moments: (id) => moments.get(id),
  });
  return { ...all, records, moments };
}

function replayed(
  mode: (typeof MODES)[number],
  records: readonly TakeRecord[],
  moments: ReadonlyMap<string, KeptMoment>,
) {
  return replayTake(records, { ...performer(), mode, time: 0, moments: (id) => moments.get(id) });
}

describe('a kept moment', () => {
  it('is gone back to, with the very state that there was', () => {
    const { session, events } = keeping('answer');
    session.command(START, 0);
    let time = phrase(session, 1, [60, 62, 64]);
    const until = (end: number) => {
      for (; time < end; time += 0.05) session.advance(time);
    };
    until(9);
    const then = session.state();
    session.command({ type: 'keep', id: 'verse' }, time);
    const kept = time;
    time = phrase(session, 9.5, [70, 72, 74]);
    until(18);
    expect(session.state()).not.toEqual(then);
    session.command({ type: 'recall', id: 'verse' }, time);
    expect(session.state()).toEqual(then);
    expect(events.findLast(({ type }) => type === 'restored')).toMatchObject({ time: kept, id: 'verse' });
    expect(events.filter(({ type }) => type === 'kept')).toEqual([{ type: 'kept', time: kept, id: 'verse' }]);
  });

  it('is gone back to when the turn under way is over, where that is asked for', () => {
    const { session, records } = keeping('answer');
    session.command(START, 0);
    let time = phrase(session, 1, [60, 62, 64]);
    const until = (phase: string) => {
      for (; session.phase !== phase; time += 0.05) session.advance(time);
    };
    until('waiting');
    session.command({ type: 'keep', id: 'a' }, time);
    const then = session.state();
    time = phrase(session, time + 0.5, [70, 72]);
    session.command({ type: 'recall', id: 'a', when: 'phrase' }, time);
    expect(records.some(({ type }) => type === 'zero')).toBe(false);
    until('playing');
    expect(records.some(({ type }) => type === 'zero')).toBe(false);
    until('waiting');
    expect(session.state()).toEqual(then);
  });

  it('of another session, which had played for longer, is gone on from at once', () => {
    const other = keeping('answer');
    other.session.command(START, 0);
    for (let time = phrase(other.session, 500, [60, 62, 64]); time < 512; time += 0.05)
      other.session.advance(time);
    other.session.command({ type: 'keep', id: 'far' }, 512);
    const { session, records, moments, events } = keeping('answer');
    moments.set('far', { resumption: other.moments.get('far')!.resumption, own: false });
    session.command(START, 0);
    session.command({ type: 'recall', id: 'far' }, 1);
    expect(session.state()).toEqual(other.session.state());
    let time = phrase(session, 1.5, [67, 69]);
    for (; time < 12; time += 0.05) session.advance(time);
    // It answers within its own time, and what it keeps then is gone back to as well.
    const answers = events.filter((event) => event.type === 'noteOn' && event.voice === 'model');
    expect(answers.length).toBeGreaterThan(0);
    for (const event of answers) expect(event.time).toBeLessThan(12);
    session.command({ type: 'keep', id: 'near' }, time);
    const then = session.state();
    time = phrase(session, time + 0.5, [70, 72]);
    for (const end = time + 8; time < end; time += 0.05) session.advance(time);
    session.command({ type: 'recall', id: 'near' }, time);
    expect(session.state()).toEqual(then);
    records.push({ type: 'end', time });
    expect(replayed('answer', records, moments)).toMatchObject({ same: true, differsAt: null });
  });

  it.each<SessionCommand>([
    { type: 'mode', mode: 'listen' },
    { type: 'stop' },
    { type: 'allOff' },
    { type: 'mute', muted: true },
  ])('is gone back to where the turn is ended by %j', (command) => {
    const { session, events } = keeping('continue');
    session.command(START, 0);
    session.command({ type: 'keep', id: 'a' }, 0.5);
    let time = phrase(session, 1, [60, 62, 64]);
    for (; session.phase !== 'playing'; time += 0.05) session.advance(time);
    session.command({ type: 'recall', id: 'a', when: 'phrase' }, time);
    expect(events.some(({ type }) => type === 'restored')).toBe(false);
    session.command(command, time + 0.2);
    expect(events.filter(({ type }) => type === 'restored')).toEqual([
      { type: 'restored', time: 0.5, id: 'a' },
    ]);
  });

  it('that nobody kept is refused, and nothing is recorded', () => {
    const { session, records } = keeping('answer');
    const refused = () => session.command({ type: 'recall', id: 'x' }, 1);
    expect(refused).toThrow(expect.objectContaining({ code: 'MOMENT_UNKNOWN' }));
    expect(records).toEqual([]);
  });

  it('whatever happens around it, the take replays token for token, and every note ends', () => {
    const places = fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        of: fc.nat(3),
        when: fc.boolean(),
        keep: fc.boolean(),
      }),
      { minLength: 2, maxLength: 8 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...MODES), moves(COMMANDS), places, (mode, list, marks) => {
        const { session, records, moments, synth } = keeping(mode);
        session.command(START, 0);
        let kept = 0;
        const end = lastTime(list);
        const special = marks
          .map(({ at, ...mark }) => ({ time: at * end, ...mark }))
          .sort((one, other) => one.time - other.time);
        const steps: (Move | (typeof special)[number])[] = [...list, ...special];
        steps.sort((one, other) => timeOf(one) - timeOf(other));
        for (const step of steps) {
          if (!('keep' in step)) make(session, step);
          else if (step.keep || kept === 0) session.command({ type: 'keep', id: `m${kept++}` }, step.time);
          else session.command(recall(`m${step.of % kept}`, step.when), step.time);
        }
        session.command({ type: 'stop' }, end + 3);
        records.push({ type: 'end', time: end + 3 });
        expect([...synth.sounding]).toEqual([]);
        expect(replayed(mode, records, moments)).toMatchObject({
          same: true,
          cutOff: false,
          differsAt: null,
        });
      }),
      { numRuns: 60 },
    );
  });
});

function recall(id: string, atPhrase: boolean): SessionCommand {
  return { type: 'recall', id, ...(atPhrase && { when: 'phrase' as const }) };
}

function timeOf(step: Move | { readonly time: number; readonly keep: boolean }): number {
  if ('event' in step) return step.event.time;
  return 'time' in step ? step.time : step.advance;
}

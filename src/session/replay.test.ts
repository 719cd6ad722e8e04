import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODES } from './commands.js';
import type { SessionEvent } from './events.js';
import { PlayedNotes } from './played-notes.js';
import { replayTake } from './replay.js';
import { applyRecord, isTimed, survivingTokens, type TakeRecord } from './take.js';
import {
  COMMANDS,
  codec,
  jam,
  lastTime,
  make,
  moves,
  performer,
  phrase,
  START,
  startOf,
} from './testing/jam.js';

/** A session whose clock is looked at every so often, as a live one's is, and what it said until each of its records. */
function live(mode: (typeof MODES)[number], play: (session: ReturnType<typeof jam>['session']) => void) {
  const events: SessionEvent[] = [];
  const records: TakeRecord[] = [];
  const toldBy: number[] = [];
  const { session } = jam(mode, {
    emit: (event) => void events.push(event),
    record: (record) => {
      records.push(record);
      toldBy.push(events.length);
    },
  });
  session.command(START, 0);
  play(session);
  return { session, events, records, toldBy };
}

const replay = (records: readonly TakeRecord[], mode: (typeof MODES)[number], marks = true) =>
  replayTake(records, { ...performer(), mode, time: 0, marks });

describe('a take that is cut off', () => {
  it('comes again up to its last record, wherever that is, with clock marks and without', () => {
    const looks = fc.array(fc.double({ min: 0.005, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 8 });
    const cuts = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...MODES),
        moves(COMMANDS),
        looks,
        fc.array(cuts, { minLength: 6, maxLength: 6 }),
        (mode, list, steps, places) => {
          const { records } = live(mode, (session) => {
            let [now, look] = [0, 0];
            const until = (time: number) => {
              for (; now < time; now += steps[look++ % steps.length]!) session.advance(now);
            };
            for (const move of list) {
              until(startOf(move));
              make(session, move);
              now = Math.max(now, lastTime([move]));
            }
            until(lastTime(list) + 4);
          });
          for (const place of places) {
            const cut = records.slice(0, Math.floor(place * records.length) + 1);
            for (const marks of [true, false]) {
              const kept = marks ? cut : cut.filter(({ type }) => type !== 'clock');
              const again = replay(kept, mode, marks);
              expect(again.cutOff).toBe(true);
              expect([again.same, again.differsAt]).toEqual([true, null]);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('has every note of the network that was decided by then, also those that were decided after its last time', () => {
    const { events, records, toldBy } = live('solo', (session) => {
      for (let now = 0; now < 12; now += 0.03) session.advance(now);
    });
    const last = records.findLastIndex(({ type }) => type === 'sampled');
    const cut = records.slice(0, last + 1);
    expect(cut.filter(isTimed).at(-1)!.time).toBe(11);
    const again = replay(cut, 'solo');
    const [then, now] = [new PlayedNotes(), new PlayedNotes()];
    for (const event of events.slice(0, toldBy[last]!)) then.add(event);
    for (const event of again.events) now.add(event);
    expect(now.notes('model', again.end)).toEqual(then.notes('model', again.end));
    const begun = events.slice(0, toldBy[last]!).filter(({ type }) => type === 'noteOn');
    expect(now.notes('model', again.end).length).toBe(begun.length);
    expect(now.notes('model', again.end).at(-1)!.end).toBeGreaterThan(11.4);
  });

  it('is not the same where a token of it is another one', () => {
    const { records } = live('answer', (session) => {
      const end = phrase(session, 1, [60, 64, 67, 72]);
      for (let now = end; now < end + 3; now += 0.05) session.advance(now);
    });
    const index = records.findIndex(({ type }) => type === 'sampled');
    const other = records.map((record, at) =>
      at === index && record.type === 'sampled'
        ? { ...record, tokens: record.tokens.map((token) => (token + 1) % 388) }
        : record,
    );
    expect(replay(records, 'answer')).toMatchObject({ same: true, differsAt: null });
    expect(replay(other, 'answer').same).toBe(false);
    expect(replay(other, 'answer').differsAt).toBeGreaterThan(index);
  });
});

describe('what a replay costs is bounded by the take, not by its times', () => {
  const END = { type: 'end', time: 1e9 } as const;

  it('where nobody plays, a far end costs nothing', () => {
    const { records } = live('answer', (session) => {
      const end = phrase(session, 1, [60, 64, 67]);
      for (let now = end; now < end + 12; now += 0.05) session.advance(now);
    });
    expect(replay([...records, END], 'answer')).toMatchObject({ same: true, cutOff: false, end: 1e9 });
  });

  it('a far end of a pause costs nothing either, whoever played', () => {
    for (const mode of ['solo', 'answer', 'duet'] as const) {
      const { records } = live(mode, (session) => {
        const end = phrase(session, 1, [60, 64, 67]);
        for (let now = end; now < end + 1; now += 0.05) session.advance(now);
        session.pause(1e9);
        session.command({ type: 'stop' }, 1e9);
      });
      const again = replay([...records, END], mode);
      expect(again).toMatchObject({ same: true, end: 1e9 });
      expect(again.records.length).toBeLessThan(2000);
    }
  });

  it('where the network plays on, marks are missing, and the record is named', () => {
    const { records } = live('solo', (session) => {
      for (let now = 0; now < 4; now += 0.05) session.advance(now);
    });
    expect(() => replay([...records, END], 'solo')).toThrow(
      expect.objectContaining({
        code: 'TAKE_BROKEN',
        message: expect.stringMatching(
          new RegExp(`^Record ${records.length + 1}: the session plays from 3 s to`),
        ),
      }),
    );
  });

  it('without marks it is another take as soon as it has more tokens', () => {
    const { records } = live('solo', (session) => {
      for (let now = 0; now < 4; now += 0.05) session.advance(now);
    });
    const old = [...records.filter(({ type }) => type !== 'clock'), END];
    const again = replay(old, 'solo', false);
    expect(again).toMatchObject({ same: false, differsAt: old.length - 1 });
    expect(again.records.length).toBeLessThan(20_000);
  });

  it('a command that no session obeys is named with its place', () => {
    const records = [
      { type: 'command', time: 0, command: { type: 'param', id: 'volume', value: 1 } },
    ] as const;
    const where = (index: number) => `take.jsonl, line ${index + 2}`;
    expect(() => replayTake(records, { ...performer(), mode: 'answer', time: 0, where })).toThrow(
      /^take\.jsonl, line 2: There is no parameter "volume"/,
    );
  });
});

it('clock marks come each second of a phrase and of a turn, whenever the clock was looked at', () => {
  const marks = (look: number) => {
    const { records } = live('answer', (session) => {
      const end = phrase(session, 1.5, [60, 62, 64, 65, 67, 69, 71, 72]);
      for (let now = end; now < end + 10; now += look) session.advance(now);
      session.advance(end + 10);
      session.command({ type: 'stop' }, 60);
    });
    return records.flatMap((record) => (record.type === 'clock' ? [record.time] : []));
  };
  expect(marks(0.01)).toEqual(marks(3));
  // The phrase begins at 1.5 and ends at 3.5, the answer to it some five seconds later; nobody plays after that.
  expect(marks(0.01)).toEqual([2, 3, 4, 5, 6, 7, 8]);
});

it('a replay counts tokens as records tell them', () => {
  const tokens = [codec.startToken];
  const records: TakeRecord[] = [
    { type: 'fed', tokens: [1, 2] },
    { type: 'sampled', branch: 1, tokens: [3] },
    { type: 'back', length: 2 },
    { type: 'clock', time: 1 },
  ];
  for (const record of records) applyRecord(tokens, record);
  expect(tokens).toEqual([codec.startToken, 1]);
  expect(survivingTokens([...records, { type: 'zero' }], 0)).toEqual([0]);
});

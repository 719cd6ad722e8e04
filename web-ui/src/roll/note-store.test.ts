import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History } from '../../../src/server/history.js';
import { MODES, type SessionCommand } from '../../../src/session/commands.js';
import type { SessionEvent } from '../../../src/session/events.js';
import { jam, lastTime, make, moves } from '../../../src/session/testing/jam.js';
import { NoteStore } from './note-store.js';

function folded(...events: SessionEvent[]): NoteStore {
  const store = new NoteStore();
  for (const event of events) store.fold(event);
  return store;
}

const on = (id: number, time: number, pitch = 60, voice: 'player' | 'model' = 'model'): SessionEvent => ({
  type: 'noteOn',
  id,
  voice,
  time,
  pitch,
  velocity: 80,
});
const off = (id: number, time: number): SessionEvent => ({ type: 'noteOff', id, time });
const spans = (store: NoteStore) => store.notes.map(({ id, start, end }) => [id, start, end]);

describe('a session that goes on at another host', () => {
  const known = () =>
    folded(on(1, 0), off(1, 1), on(2, 4), off(2, 5), on(3, 9), { type: 'allOff', time: 9.5 });

  it('keeps what the new host does not know, and takes the rest from it', () => {
    const store = known();
    store.goOn([on(7, 4), off(7, 6), on(8, 9), off(8, 10)], undefined);
    expect(spans(store)).toEqual([
      [1, 0, 1],
      [7, 4, 6],
      [8, 9, 10],
    ]);
    expect(store.since).toBeUndefined();
  });

  it('keeps all where that has no music yet, and has all of its where that knows more', () => {
    const store = known();
    store.goOn([], undefined);
    expect(spans(store)).toHaveLength(3);
    store.begin([on(2, 4), off(2, 5)], 4);
    store.goOn([on(1, 0), off(1, 1), on(2, 4), off(2, 5)], undefined);
    expect([spans(store).length, store.since]).toEqual([2, undefined]);
  });

  it('is the last page alone where music between is missing here', () => {
    const store = known();
    store.goOn([on(20, 40), off(20, 41)], 30);
    expect([spans(store), store.since]).toEqual([[[20, 40, 41]], 30]);
  });
});

describe('NoteStore', () => {
  it('puts beginnings and ends together by id', () => {
    expect(spans(folded(on(1, 0), on(2, 1), off(1, 2), off(9, 3)))).toEqual([
      [1, 0, 2],
      [2, 1, undefined],
    ]);
  });

  it('leaves the notes of the other members of a band where one discards, takes back or is silenced', () => {
    const drums = (id: number, time: number) => ({ ...on(id, time), member: 'drums' });
    const music = [on(1, 1, 60, 'player'), on(2, 1), off(2, 8), drums(3, 1), off(3, 8), drums(4, 5)];
    expect(spans(folded(...music, { type: 'discard', time: 3, member: 'drums' }))).toEqual([
      [1, 1, undefined],
      [2, 1, 8],
      [3, 1, undefined],
    ]);
    expect(spans(folded(...music, { type: 'allOff', time: 3, member: 'drums' }))).toEqual([
      [1, 1, undefined],
      [2, 1, 8],
      [3, 1, 3],
    ]);
    expect(spans(folded(...music, { type: 'takenBack', time: 0 }))).toEqual([
      [3, 1, 8],
      [4, 5, undefined],
    ]);
    expect(spans(folded(...music, { type: 'allOff', time: 3 }))).toEqual([
      [1, 1, 3],
      [2, 1, 3],
      [3, 1, 3],
    ]);
  });

  it('drops planned notes that are discarded, and lets the end of a sounding one be decided anew', () => {
    const events = [on(1, 0), off(1, 5), on(2, 1), off(2, 2), on(3, 4), off(3, 5), on(4, 2, 60, 'player')];
    const store = folded(...events, { type: 'discard', time: 3 });
    expect(spans(store)).toEqual([
      [1, 0, undefined],
      [2, 1, 2],
      [4, 2, undefined],
    ]);
    store.fold(off(1, 3.5));
    expect(spans(store)[0]).toEqual([1, 0, 3.5]);
  });

  it('forgets both voices after the time to which a turn is taken back', () => {
    const events = [
      on(1, 0, 60, 'player'),
      off(1, 1),
      on(2, 2, 62, 'player'),
      on(3, 1.5, 64, 'player'),
      on(4, 3),
    ];
    expect(spans(folded(...events, { type: 'takenBack', time: 2 }))).toEqual([
      [1, 0, 1],
      [3, 1.5, 2],
    ]);
  });

  it('has nothing sounding or planned after all off', () => {
    const store = folded(
      on(1, 0),
      on(2, 1, 61, 'player'),
      on(3, 9),
      { type: 'pedal', voice: 'player', time: 1, down: true },
      { type: 'allOff', time: 2 },
    );
    expect(store.sounding(2).size).toBe(0);
    expect(store.notes.every(({ end }) => end === 2)).toBe(true);
    expect(store.pedal.at(-1)).toEqual({ voice: 'player', time: 2, down: false });
  });

  it('says which voices sound when', () => {
    const store = folded(on(1, 0), off(1, 2), on(2, 1, 60, 'player'), on(3, 1, 64));
    expect(store.sounding(1)).toEqual(
      new Map([
        [60, new Set(['model', 'player'])],
        [64, new Set(['model'])],
      ]),
    );
    expect(store.sounding(2).get(60)).toEqual(new Set(['player']));
    expect(store.sounding(0).has(64)).toBe(false);
  });

  it('knows when its last note ends, now while a key is down', () => {
    expect([
      folded().lastEnd(7),
      folded(on(1, 0), off(1, 3)).lastEnd(7),
      folded(on(1, 0)).lastEnd(7),
    ]).toEqual([0, 3, 7]);
  });

  it('stays bounded, says since when it has all, and changes its version with every event', () => {
    const store = new NoteStore(4000);
    for (let id = 0; id < 20_000; id++) {
      store.fold(on(id, id));
      store.fold(off(id, id + 1));
    }
    expect(store.notes.length).toBeLessThanOrEqual(8000);
    expect(store.since).toBe(store.notes[0]!.start);
    expect(store.notes.at(-1)?.id).toBe(19_999);
    expect(store.version).toBe(40_000);
  });

  it('takes in earlier pages where they belong, and no other', () => {
    const store = new NoteStore();
    store.begin([on(3, 5), off(3, 6), { type: 'pedal', voice: 'player', time: 5, down: true }], 5);
    const earlier = [on(2, 2), { type: 'pedal', voice: 'player', time: 3, down: true } as const, off(2, 4)];
    store.prepend({ before: 4, from: 1, events: [on(9, 1)] });
    expect(spans(store)).toEqual([[3, 5, 6]]);
    store.prepend({ before: 5, from: 2, events: earlier });
    expect([spans(store), store.since]).toEqual([
      [
        [2, 2, 4],
        [3, 5, 6],
      ],
      2,
    ]);
    expect(store.pedal.map(({ time }) => time)).toEqual([3, 5]);
    store.prepend({ before: 2, events: [on(1, 0)] });
    store.fold(off(1, 9));
    expect([spans(store)[0], store.since]).toEqual([[1, 0, 9], undefined]);
  });

  it('has page by page what the session said, whatever that was: what was forgotten stays forgotten', () => {
    const commands: SessionCommand[] = [
      ...(['takeBack', 'again', 'reset', 'allOff', 'stop', 'start'] as const).map((type) => ({ type })),
      ...MODES.map((mode) => ({ type: 'mode', mode }) as const),
    ];
    const sounding = (store: NoteStore) =>
      store.notes.map(({ voice, pitch, start, end }) => `${start} ${end} ${voice} ${pitch}`).sort();
    fc.assert(
      fc.property(fc.constantFrom(...MODES), moves(commands), (mode, list) => {
        const history = new History(7);
        const whole = new NoteStore();
        const { session } = jam(mode, {
          emit: (event) => {
            history.add(event);
            whole.fold(event);
          },
        });
        session.command({ type: 'start' }, 0);
        for (const move of list) make(session, move);
        session.advance(lastTime(list) + 20);
        const last = history.before();
        const paged = new NoteStore();
        paged.begin(last.events, last.from);
        let pages = 0;
        for (let since = paged.since; since !== undefined; since = paged.since) {
          paged.prepend({ before: since, ...history.before(since) });
          pages++;
        }
        expect(sounding(paged)).toEqual(sounding(whole));
        expect(pages).toBeGreaterThanOrEqual(Math.floor(whole.notes.length / 40));
        expect(paged.pedal.map(({ time, down }) => [time, down])).toEqual(
          whole.pedal.map(({ time, down }) => [time, down]),
        );
      }),
      { numRuns: 150 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../session/events.js';
import { History } from './history.js';

/** Plays `count` notes of half a second, one each second, from 0 on. */
function played(history: History, count: number): void {
  for (let id = 0; id < count; id++) {
    history.add({ type: 'noteOn', id, voice: 'player', time: id, pitch: 60, velocity: 80 });
    history.add({ type: 'noteOff', id, time: id + 0.5 });
  }
}

const starts = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === 'noteOn' ? [event.time] : []));

describe('History', () => {
  it('gives the music in pages, the last one first, none larger than it should be', () => {
    const history = new History(10);
    played(history, 35);
    const pages = [history.before()];
    while (pages.at(-1)!.from !== undefined) pages.push(history.before(pages.at(-1)!.from));
    expect(pages.map(({ from }) => from)).toEqual([25, 15, 5, undefined]);
    expect(pages.flatMap(({ events }) => starts(events)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 35 }, (_, id) => id),
    );
    expect(pages[0]!.events.length).toBe(20);
  });

  it('never parts notes that begin at one time', () => {
    const history = new History(3);
    for (let id = 0; id < 12; id++)
      history.add({
        type: 'noteOn',
        id,
        voice: 'model',
        time: Math.floor(id / 4),
        pitch: 60 + id,
        velocity: 1,
      });
    expect(starts(history.before().events)).toEqual([2, 2, 2, 2]);
    expect(starts(history.before(2).events)).toEqual([1, 1, 1, 1]);
    expect(history.before(1)).toMatchObject({ from: 0, events: { length: 4 } });
    expect(history.before(0)).toEqual({ events: [] });
  });

  it('is bounded by pedals too', () => {
    const history = new History(10);
    for (let time = 0; time < 100; time++)
      history.add({ type: 'pedal', voice: 'player', time, down: time % 2 === 0 });
    expect(history.before()).toMatchObject({ from: 90, events: { length: 10 } });
  });

  it('forgets the oldest where there is too much, and keeps what was taken back forgotten', () => {
    const history = new History(10, 80);
    played(history, 200);
    const all = (before?: number): number[] => {
      const { events, from } = history.before(before);
      return [...(from === undefined ? [] : all(from)), ...starts(events)];
    };
    expect(all().at(-1)).toBe(199);
    expect(all().length).toBeGreaterThan(70);
    expect(all().length).toBeLessThan(100);
    history.add({ type: 'takenBack', time: 150 });
    expect(all().at(-1)).toBe(149);
    // Takes back everything since the session began.
    history.add({ type: 'takenBack', time: 0 });
    expect(history.before()).toEqual({ events: [] });
  });

  it('knows the notes of one engine from those of the next, which counts from 0 again', () => {
    const history = new History();
    played(history, 2);
    for (const [id, time] of [
      [0, 2],
      [1, 3],
    ] as const) {
      history.add({ type: 'noteOn', id, voice: 'model', time, pitch: 70, velocity: 80 });
      history.add({ type: 'noteOff', id, time: time + 0.25 });
    }
    const ends = history.before().events.flatMap((event) => (event.type === 'noteOff' ? [event.time] : []));
    expect(ends).toEqual([0.5, 1.5, 2.25, 3.25]);
  });
});

describe('music that comes back', () => {
  const note = (id: number, time: number, more = {}): SessionEvent[] => [
    { type: 'noteOn', id, voice: 'player', time, pitch: 60, velocity: 80, ...more },
    { type: 'noteOff', id, time: time + 0.5 },
  ];
  const heard = (history: History) => starts(history.before().events);

  it('begins with the music of a session that it goes on from, which later music does not change', () => {
    const history = new History(3);
    const note = { type: 'noteOn', voice: 'player', pitch: 60, velocity: 80 } as const;
    // What the session plays while the earlier music is read.
    history.add({ ...note, id: 0, time: 20 });
    history.prepend({
      players: [{ voice: 'player' }, { voice: 'model', member: 'drums', instrument: { channel: 10 } }],
      starts: Float64Array.of(1, 2, 3, 4),
      ends: Float64Array.of(1.5, 2.5, 3.5, 4.5),
      pitches: Uint8Array.of(60, 36, 62, 38),
      velocities: Uint8Array.of(80, 90, 70, 100),
      by: Uint16Array.of(0, 1, 0, 1),
      pedal: [
        { time: 1, down: true },
        { time: 3.5, down: false },
      ],
    });
    history.add({ type: 'noteOff', id: 0, time: 20.5 });
    const pages = [history.before()];
    while (pages.at(-1)!.from !== undefined) pages.push(history.before(pages.at(-1)!.from));
    expect(pages.map(({ events }) => starts(events))).toEqual([
      [3, 4, 20],
      [1, 2],
    ]);
    const all = pages.toReversed().flatMap(({ events }) => events);
    expect(all.filter(({ type }) => type === 'pedal')).toEqual([
      { type: 'pedal', voice: 'player', time: 1, down: true },
      { type: 'pedal', voice: 'player', time: 3.5, down: false },
    ]);
    // A drum sounds as a drum, whatever plugin plays by now.
    expect(all.find((event) => event.type === 'noteOn' && event.time === 2)).toMatchObject({
      ...{ voice: 'model', member: 'drums', pitch: 36, velocity: 90, instrument: { channel: 10 } },
    });
    expect(all.find((event) => event.type === 'noteOn' && event.time === 3)).not.toHaveProperty('instrument');
    const ids = all.flatMap((event) => (event.type === 'noteOn' ? [event.id] : []));
    expect(new Set(ids).size).toBe(5);
    for (const id of ids)
      expect(all.filter((event) => event.type === 'noteOff' && event.id === id)).toHaveLength(1);
    // Taking back what this session played leaves what came before it.
    history.add({ type: 'takenBack', time: 20 });
    expect(history.before().events.filter(({ type }) => type === 'noteOn')).toHaveLength(3);
  });

  it('is what was taken back since a moment, and goes again where that is undone', () => {
    const history = new History();
    const tell = (...events: SessionEvent[]) => {
      for (const event of events) history.add(event);
    };
    tell(...note(0, 0), ...note(1, 1), ...note(2, 2));
    tell({ type: 'kept', time: 3, id: 'a' }, { type: 'takenBack', time: 1 });
    expect(heard(history)).toEqual([0]);
    tell(...note(3, 4), { type: 'kept', time: 5, id: 'b' }, { type: 'restored', time: 3, id: 'a' });
    expect(heard(history)).toEqual([0, 1, 2]);
    tell(...note(4, 6), { type: 'kept', time: 7, id: 'c' }, { type: 'restored', time: 5, id: 'b' });
    expect(heard(history)).toEqual([0, 4]);
    tell({ type: 'restored', time: 7, id: 'c' });
    expect(heard(history)).toEqual([0, 1, 2, 6]);
    tell({ type: 'restored', time: 2.5, id: 'never kept' });
    expect(heard(history)).toEqual([0, 1, 2]);
  });

  it('is that of the member of a band that it is told of', () => {
    const history = new History();
    const drums = { voice: 'model', member: 'drums' };
    for (const event of [...note(0, 0), ...note(1, 1, drums), ...note(2, 2)]) history.add(event);
    history.add({ type: 'kept', time: 3, id: 'a' });
    history.add({ type: 'takenBack', time: 0 });
    history.add({ type: 'takenBack', time: 0, member: 'drums' });
    history.add({ type: 'restored', time: 3, id: 'a', member: 'drums' });
    expect(heard(history)).toEqual([1]);
    history.add({ type: 'restored', time: 3, id: 'a' });
    expect(heard(history)).toEqual([0, 1, 2]);
  });

  it('is as it was at the moment, whatever was played, taken back and brought back in between', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ does: fc.constant('note' as const), for: fc.nat(20) }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('pedal' as const), for: fc.nat(1) }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('keep' as const), for: fc.nat(1) }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('takeBack' as const), for: fc.nat(40) }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('restore' as const), for: fc.nat(99) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const history = new History();
        const then: { time: number; music: string }[] = [];
        const music = (until: number) => {
          const ends = new Map<number, number>();
          const { events } = history.before();
          for (const event of events) if (event.type === 'noteOff') ends.set(event.id, event.time);
          return JSON.stringify(
            events.flatMap((event) => {
              if (event.type === 'pedal')
                return event.time < until ? [['pedal', event.time, event.down]] : [];
              if (event.type !== 'noteOn' || event.time >= until) return [];
              return [['note', event.id, event.time, Math.min(until, ends.get(event.id) ?? until)]];
            }),
          );
        };
        for (const [index, { does, for: long }] of steps.entries()) {
          const time = 1 + index;
          if (does === 'note') {
            history.add({ type: 'noteOn', id: index, voice: 'player', time, pitch: 60, velocity: 80 });
            // Some sound on.
            if (long < 15) history.add({ type: 'noteOff', id: index, time: time + long / 2 });
          } else if (does === 'pedal')
            history.add({ type: 'pedal', voice: 'player', time, down: long === 1 });
          else if (does === 'takeBack') history.add({ type: 'takenBack', time: Math.max(0, time - long) });
          else if (does === 'keep') {
            history.add({ type: 'kept', time, id: `m${then.length}` });
            then.push({ time, music: music(time) });
          } else if (then.length > 0) {
            const number = long % then.length;
            const wanted = then[number]!;
            history.add({ type: 'restored', time: wanted.time, id: `m${number}` });
            expect(music(wanted.time)).toBe(wanted.music);
            // Nothing is left of what came later.
            expect(starts(history.before().events).filter((start) => start >= wanted.time)).toEqual([]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

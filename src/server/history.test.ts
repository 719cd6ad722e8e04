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

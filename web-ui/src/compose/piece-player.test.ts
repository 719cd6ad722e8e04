import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Note } from '../../../src/music/note.js';
import { PiecePlayer } from './piece-player.js';

/** A player with a simulated clock and timer, and a log of its instrument. */
function made() {
  const clock = { now: 5 };
  let timer: { readonly at: number; readonly callback: () => void } | undefined;
  const heard: {
    pitch: number;
    at: number;
    released: number | undefined;
    cancelled: boolean;
    told: number;
  }[] = [];
  const plays: number[] = [];
  const player = new PiecePlayer(
    {
      noteOn({ pitch }, at) {
        const note = {
          pitch,
          at,
          released: undefined as number | undefined,
          cancelled: false,
          told: clock.now,
        };
        heard.push(note);
        return {
          release: (time) => {
            note.released = time;
          },
          hold() {},
          cancel: () => {
            note.cancelled = true;
          },
        };
      },
      silence() {},
    },
    () => clock.now,
    (delay, callback) => {
      timer = { at: clock.now + delay, callback };
      return () => {
        timer = undefined;
      };
    },
    (seconds) => void plays.push(seconds),
  );
  const runUntil = (time: number) => {
    while (timer !== undefined && timer.at <= time) {
      const { at, callback } = timer;
      timer = undefined;
      clock.now = at;
      callback();
    }
    clock.now = time;
  };
  return { clock, heard, player, plays, runUntil };
}

const melody: fc.Arbitrary<Note[]> = fc
  .array(
    fc.record({ gap: fc.double({ min: 0, max: 3, noNaN: true }), pitch: fc.integer({ min: 55, max: 90 }) }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((steps) => {
    let time = 0;
    return steps.map(({ gap, pitch }) => {
      const start = time;
      time += gap;
      return { pitch, velocity: 80, start, end: start + 0.25 };
    });
  });

describe('PiecePlayer', () => {
  it('plays every note at its time, none long before, and ends by itself', () => {
    fc.assert(
      fc.property(melody, (notes) => {
        const { heard, player, runUntil } = made();
        player.start(notes);
        expect(player.playing).toBe(true);
        runUntil(400);
        expect(player.playing).toBe(false);
        expect(heard.map(({ pitch }) => pitch)).toEqual(notes.map(({ pitch }) => pitch));
        heard.forEach(({ at, released, told, cancelled }, index) => {
          expect(at - heard[0]!.at).toBeCloseTo(notes[index]!.start, 9);
          expect(released! - at).toBeCloseTo(0.25, 9);
          expect(told).toBeLessThan(at);
          expect(told).toBeGreaterThan(at - 2);
          expect(cancelled).toBe(false);
        });
      }),
    );
  });

  it('takes back what it has said when it is stopped, and says no more', () => {
    const { heard, player, runUntil } = made();
    const notes = [0, 1, 2, 3, 4].map((start) => ({
      pitch: 60 + start,
      velocity: 80,
      start,
      end: start + 1,
    }));
    player.start(notes);
    runUntil(6.5);
    player.stop();
    const said = heard.length;
    expect(said).toBe(3);
    // The first note has ended by itself.
    expect(heard.map(({ cancelled }) => cancelled)).toEqual([false, true, true]);
    runUntil(100);
    expect(heard).toHaveLength(said);
    expect(player.playing).toBe(false);
  });

  it('says when it begins and ends, and for how long it will play at most', () => {
    const { player, plays, runUntil } = made();
    const said: boolean[] = [];
    player.changed = () => said.push(player.playing);
    player.start([{ pitch: 60, velocity: 80, start: 0, end: 1 }]);
    runUntil(10);
    expect(said).toEqual([true, false]);
    expect([plays.length, plays[1]]).toEqual([2, 0]);
    expect(plays[0]).toBeGreaterThan(1.05);
    expect(plays[0]).toBeLessThan(5);
    // Starting another before the first ends counts as one piece that plays on.
    player.start([{ pitch: 60, velocity: 80, start: 0, end: 1 }]);
    player.start([{ pitch: 62, velocity: 80, start: 0, end: 2 }]);
    player.stop();
    expect(plays.slice(2).map((seconds) => seconds > 0)).toEqual([true, true, false]);
  });
});

import { describe, expect, it } from 'vitest';
import { FOLLOWERS, followersStep } from '../../plugins/ensemble/codec/step.js';
import { GESTURE_COUNT, gesture } from '../../plugins/ensemble/gestures/gesture.js';
import type { SongSteps } from './band.js';
import { confusionOf } from './confusion.js';

const song = (steps: readonly { bass: number; chords: number; counter: number }[]): SongSteps => ({
  path: 'made',
  leaders: new Int32Array(steps.length),
  followers: Int32Array.from(steps, (step) => followersStep.pack(step)),
});

/** Every gesture of every follower beside every other, in all orders that differ by one of the primes. */
const steps = Array.from({ length: 180 }, (_, at) => ({
  counter: at % GESTURE_COUNT,
  chords: (at * 2 + Math.floor(at / 9)) % GESTURE_COUNT,
  bass: (at * 4 + Math.floor(at / 5)) % GESTURE_COUNT,
}));

describe('gestures that become notes', () => {
  const confusion = confusionOf([song(steps)]);

  it('come back from them', () => {
    expect(confusion.steps).toBe(180);
    for (const player of FOLLOWERS) expect(confusion.right[player]).toBeGreaterThan(0.85);
  });

  it('are counted row by row: what was meant, and what was read', () => {
    for (const player of FOLLOWERS) {
      const rows = confusion.players[player];
      expect(rows.flat().reduce((sum, count) => sum + count, 0)).toBe(180);
      // Rests and what rings on are never mistaken for anything that is struck.
      for (const each of [gesture.silence, gesture.held]) {
        expect(rows[each]!.filter((_, read) => read !== each)).toEqual(new Array(GESTURE_COUNT - 1).fill(0));
      }
    }
  });

  it('are silent where a part is to hold and nothing of it rings', () => {
    const { players } = confusionOf([
      song([{ counter: gesture.held, chords: gesture.chord, bass: gesture.held }]),
    ]);
    expect(players.counter[gesture.held]).toEqual(new Array(GESTURE_COUNT).fill(0));
    expect(players.counter[gesture.silence]![gesture.silence]).toBe(1);
  });
});

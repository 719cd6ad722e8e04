import { describe, expect, it } from 'vitest';
import type { HeardNote } from '../listener.js';
import { planOfPlayed } from './played-plan.js';

const beat = (...pitches: readonly number[]): HeardNote[] =>
  pitches.map((pitch) => ({ pitch, from: 0, to: 1 }));
/** C, G over B, A minor with its seventh, F: a bar each. */
const CHORDS = [
  { harmony: { tonic: 0, root: 0, triad: 0 }, notes: beat(36, 60, 64, 67) },
  { harmony: { tonic: 0, root: 7, triad: 0 }, notes: beat(47, 62, 67) },
  { harmony: { tonic: 0, root: 9, triad: 1 }, notes: beat(45, 60, 64, 67) },
  { harmony: { tonic: 0, root: 5, triad: 0 }, notes: beat(60, 65, 69) },
];
const bars = [0, 1, 2, 3, 0, 1, 2, 3].flatMap((at) => new Array(4).fill(CHORDS[at]!) as typeof CHORDS);
const melody = bars.map((_, start) => ({
  ...{ pitch: [72, 74, 76, 72, 71, 74, 67, 67][Math.floor(start / 2) % 8]!, velocity: 80, start },
  end: start + 0.9,
}));

describe('the plan of chords that are played', () => {
  const plan = planOfPlayed(
    { melody, harmonies: bars.map(({ harmony }) => harmony), heard: bars.map(({ notes }) => notes) },
    4,
  );
  const each = (at: number) => plan[4 * at]!;

  it('keeps them, with their sevenths and the bass that is played', () => {
    expect(plan.map(({ harmony }) => harmony)).toEqual(bars.map(({ harmony }) => harmony));
    expect([0, 1, 2, 3].map((at) => each(at).quality)).toEqual(['maj', 'maj', 'min7', 'maj']);
    expect([0, 1, 2].map((at) => each(at).bass)).toEqual([0, 11, 9]);
    expect([5, 9, 0]).toContain(each(3).bass);
    expect(plan.flatMap(({ begins }, at) => (begins ? [at] : []))).toEqual([0, 4, 8, 12, 16, 20, 24, 28]);
  });

  it('has the phrases of the melody', () => {
    expect(plan.map(({ bars }) => bars)).toEqual(new Array(32).fill(4));
    expect(each(4)).toMatchObject({ section: 'A', bar: 0 });
    expect(each(3)).toMatchObject({ bar: 3, cadence: null });
  });
});

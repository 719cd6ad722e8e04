import { describe, expect, it } from 'vitest';
import { randomSource } from '../../model/keras-init.js';
import { compareTunes, distance } from './distance.js';
import { MEASURE_NAMES, MEASURES, type TuneMeasures } from './statistics.js';

/** A tune with this share of tonics and this many notes per bar, ending on the tonic or not. */
function tune(tonics: number, notes: number, ends: number): TuneMeasures {
  const histogram = (size: number) => [tonics, 1 - tonics, ...new Array<number>(size - 2).fill(0)];
  return Object.fromEntries(
    MEASURE_NAMES.map((measure) => {
      const size = MEASURES[measure].categories?.length;
      if (size !== undefined) return [measure, histogram(size)];
      return [measure, [measure === 'notesABar' ? notes : ends]];
    }),
  ) as unknown as TuneMeasures;
}

describe('the distance of tunes', () => {
  it('is the share that would have to be elsewhere, or a difference', () => {
    expect(distance('pitchClasses', [0.5, 0.5, 0], [0.2, 0.5, 0.3])).toBeCloseTo(0.3, 12);
    expect(distance('pitchClasses', [1, 0], [0, 1])).toBe(1);
    expect(distance('notesABar', [6.5], [8])).toBe(1.5);
  });

  const random = randomSource(5);
  const draw = (bias: number) =>
    tune(random(), 4 + 4 * random() + 4 * bias, random() < 0.8 - 0.5 * bias ? 1 : 0);
  const matched = (bias: number) =>
    Array.from({ length: 120 }, () => ({ human: draw(0), made: [draw(bias), draw(bias), draw(bias)] }));

  it('is about that of two halves where made tunes are of the same source, and more where not', () => {
    const same = compareTunes(matched(0), 1);
    for (const measure of MEASURE_NAMES) {
      expect(same[measure].ratio).toBeGreaterThan(0.6);
      expect(same[measure].ratio).toBeLessThan(1.5);
    }
    const other = compareTunes(matched(1), 1);
    expect(other.notesABar.ratio).toBeGreaterThan(4);
    expect(other.endsOnTonic.ratio).toBeGreaterThan(4);
    expect(other.pitchClasses.ratio).toBeLessThan(1.5);
    expect(other.notesABar.made[0]! - other.notesABar.human[0]!).toBeCloseTo(4, 0);
  });

  it('counts each held-out tune once, however many were made after it', () => {
    const few = { human: tune(0, 4, 0), made: [tune(0, 4, 0)] };
    const many = { human: tune(0, 8, 0), made: Array.from({ length: 9 }, () => tune(0, 8, 0)) };
    const { notesABar } = compareTunes([few, many], 1);
    expect(notesABar).toMatchObject({ human: [6], halves: 4 });
    expect(notesABar.made[0]).toBeCloseTo(6, 9);
    expect(notesABar.all).toBeCloseTo(0, 9);
    expect(notesABar.ratio).toBeCloseTo(1, 9);
  });

  it('gives the same for the same seed', () => {
    const pairs = matched(0).slice(0, 20);
    expect(compareTunes(pairs, 3)).toEqual(compareTunes(pairs, 3));
    expect(compareTunes(pairs, 3)).not.toEqual(compareTunes(pairs, 4));
  });
});

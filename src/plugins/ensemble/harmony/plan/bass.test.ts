import { describe, expect, it } from 'vitest';
import { bassesOf, type PlannedChord } from './bass.js';

/** Chords of the scale of C: their roots above C, and whether they are minor. */
function chords(...all: readonly (readonly [above: number, minor?: boolean])[]): PlannedChord[] {
  return all.map(([above, minor], index) => ({
    ...{ tonic: 0, chord: 3 * above + (minor ? 1 : 0) },
    ...{ begins: index === 0, ends: index === all.length - 1 },
  }));
}

describe('the planned bass', () => {
  it('is the root where that moves well', () => {
    expect(bassesOf(chords([0], [5], [7], [0]))).toEqual([0, 5, 7, 0]);
  });

  it('goes down by step where an inversion makes a line of it', () => {
    // C, G over B, A minor: not C, G, A.
    expect(bassesOf(chords([0], [7], [9, true], [5], [0]))).toEqual([0, 11, 9, 5, 0]);
  });

  it('is a tone of the chord, and the root at the ends of phrases', () => {
    const all = chords([9, true], [5], [0], [7], [9, true], [2, true], [7], [0]);
    const basses = bassesOf(all);
    for (const [index, bass] of basses.entries()) {
      const { chord } = all[index]!;
      const above = (bass - Math.floor(chord / 3) + 12) % 12;
      expect(chord % 3 === 1 ? [0, 3, 7] : [0, 4, 7]).toContain(above);
    }
    expect([basses[0], basses.at(-1)]).toEqual([9, 0]);
    expect(bassesOf([])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { PlannedChord } from './bass.js';
import { qualityOf } from './qualities.js';

const chord = (above: number, triad: number): PlannedChord => ({
  ...{ tonic: 0, chord: 3 * above + triad, begins: false, ends: false },
});
const [C, DM, F, G] = [chord(0, 0), chord(2, 1), chord(5, 0), chord(7, 0)];
const sung = (...pitches: readonly number[]) => pitches.map((pitch) => ({ pitch, length: 1, heavy: true }));

describe('the quality of a planned chord', () => {
  it('is that of its triad, where the melody says nothing else and people play it so', () => {
    expect(qualityOf(F, G, sung(72))).toBe('maj');
    expect(qualityOf(chord(11, 2), C, [])).toBe('dim');
  });

  it('has the seventh that is sung', () => {
    expect(qualityOf(F, G, sung(76, 76))).toBe('maj7');
    expect(qualityOf(DM, G, sung(72, 72))).toBe('min7');
    expect(qualityOf(G, C, sung(77, 77))).toBe('7');
  });

  it('is suspended where the fourth is sung, and not where the third is', () => {
    expect(qualityOf(G, C, sung(72, 72))).toBe('sus4');
    for (const quality of [qualityOf(G, C, sung(72, 71)), qualityOf(C, null as never, sung(76, 77))])
      expect(quality).not.toMatch(/sus/);
  });
});

import { describe, expect, it } from 'vitest';
import { type Chord, QUALITIES } from '../../../../music/chords/chord.js';
import { beatVocabulary as vocabulary } from '../codec/vocabulary.js';
import { CHORD_ODDS_SHAPE, ChordLoop, type ChordOdds } from './chord-loop.js';

const [places, distances, alike] = CHORD_ODDS_SHAPE;
/** What was four bars ago is trusted where two bars are alike, twice as much as the network; all else hardly. */
const odds: ChordOdds = Array.from({ length: places }, () =>
  Array.from({ length: distances }, (_, distance) =>
    Array.from({ length: alike }, (_, bars) => (distance === 2 && bars >= 2 ? Math.log(2) : -20)),
  ),
);

const chordToken = ({ root, quality }: Chord, beat: number) =>
  vocabulary.token('CHORD', { root, quality: QUALITIES.indexOf(quality), beat });
const bar = (number: number) => vocabulary.token('BAR', { beats: 2, number });
const major = (root: number): Chord => ({ root, quality: 'maj' });

/** Bars of one chord each, and the line of the next. */
function afterBars(roots: readonly number[]): ChordLoop {
  const loop = new ChordLoop(odds);
  for (const [number, root] of roots.entries()) {
    loop.push(bar(number % 8));
    loop.push(chordToken(major(root), 0));
  }
  loop.push(bar(roots.length % 8));
  return loop;
}

/** The share of a chord among those on its beat, where the network finds all equally likely. */
function shareOf(loop: ChordLoop, chord: Chord, beat = 0): number {
  const logits = new Float32Array(vocabulary.size);
  loop.apply(logits);
  const said = Array.from({ length: vocabulary.size }, (_, token) => vocabulary.read(token)).flatMap(
    ({ range, values }, token) =>
      (range === 'CHORD' || range === 'NO_CHORD') && values.beat === beat ? [Math.exp(logits[token]!)] : [],
  );
  return Math.exp(logits[chordToken(chord, beat)]!) / said.reduce((sum, share) => sum + share, 0);
}

describe('ChordLoop', () => {
  it('leans to the chord of a loop that has come round', () => {
    const loop = afterBars([0, 7, 9, 5, 0, 7]);
    // Two parts of three for the chord four bars ago, and its own share of the third.
    expect(shareOf(loop, major(9))).toBeCloseTo((2 + 1 / 109) / 3, 4);
    expect(shareOf(loop, major(5))).toBeCloseTo(1 / 109 / 3, 4);
  });

  it('trusts no loop that has not', () => {
    expect(shareOf(afterBars([0, 7, 9, 5, 2]), major(7))).toBeCloseTo(1 / 109, 4);
    expect(shareOf(new ChordLoop(odds), major(7))).toBeCloseTo(1 / 109, 4);
  });

  it('says nothing of beats on which no chord was said, nor of how likely a chord is said at all', () => {
    const loop = afterBars([0, 7, 9, 5, 0, 7]);
    expect(shareOf(loop, major(9), 2)).toBeCloseTo(1 / 109, 4);
    const logits = Float32Array.from({ length: vocabulary.size }, (_, token) => Math.sin(token));
    const before = logits.slice();
    loop.apply(logits);
    const sum = (values: Float32Array) => values.reduce((sum, value) => sum + Math.exp(value), 0);
    expect(sum(logits)).toBeCloseTo(sum(before), 2);
    const played = vocabulary.token('NOTE', { pitch: 3, bin: 3 });
    expect(logits[played]).toBe(before[played]);
  });
});

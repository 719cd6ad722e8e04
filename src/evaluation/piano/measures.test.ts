import { describe, expect, it } from 'vitest';
import { estimateKey, inKeyShare } from '../../music/key.js';
import type { Note } from '../../music/note.js';
import { faultsOf } from './degenerate.js';
import { HISTOGRAMS, measure } from './measures.js';
import { pulseLag, repetition } from './repetition.js';

const note = (pitch: number, start: number, end: number, velocity = 80): Note => ({
  pitch,
  velocity,
  start,
  end,
});
/** Consecutive notes of half a second. */
const line = (...pitches: number[]) => pitches.map((pitch, at) => note(pitch, at / 2, at / 2 + 0.5));
const times = (count: number, make: (index: number) => Note[]) =>
  Array.from({ length: count }, (_, i) => make(i)).flat();

describe('estimateKey', () => {
  const scale = [0, 2, 4, 5, 7, 9, 11, 12];
  it.each([0, 1, 6, 7, 11])('finds the major key of a scale, and its minor, on %i', (tonic) => {
    const major = line(...scale.map((step) => 60 + tonic + step));
    expect(estimateKey(major)).toEqual({ tonic, mode: 'major' });
    const minor = line(...[0, 2, 3, 5, 7, 8, 11, 12, 3, 7, 0].map((step) => 60 + tonic + step));
    expect(estimateKey(minor)).toEqual({ tonic, mode: 'minor' });
  });

  it('counts the degrees of the key', () => {
    expect(inKeyShare(line(60, 62, 61, 47), { tonic: 0, mode: 'major' })).toBe(0.75);
    expect(inKeyShare(line(57, 59, 60, 68), { tonic: 9, mode: 'minor' })).toBe(0.75);
    expect(inKeyShare([], { tonic: 0, mode: 'major' })).toBeNaN();
  });
});

describe('repetition', () => {
  /** A repeated bar of 2 s. */
  const bars = times(10, (bar) =>
    [60, 64, 67, 71].map((p, i) => note(p, 2 * bar + [0, 0.5, 0.75, 1.5][i]!, 2 * bar + 1.9)),
  );

  it('finds the lag of a bar', () => {
    expect(pulseLag(bars)).toBeCloseTo(2, 6);
  });

  it('is 1 where all comes again, and small where nothing does', () => {
    expect(repetition(bars, 2)).toBeCloseTo(1, 3);
    expect(repetition(bars, 4)).toBeCloseTo(1, 3);
    const transposed = bars.map((one, index) => ({ ...one, pitch: one.pitch + (Math.floor(index / 4) % 2) }));
    expect(repetition(transposed, 2)).toBeLessThan(0.3);
    expect(repetition(transposed, 4)).toBeCloseTo(1, 3);
    expect(repetition([note(60, 0, 1)], 2)).toBeNaN();
  });
});

describe('measure', () => {
  it('gives the numbers of known notes', () => {
    const notes = [note(60, 1, 3, 60), note(64, 1, 2, 100), note(67, 6, 8, 80)];
    const { values, histograms } = measure(line(60, 64, 67, 72, 60, 62, 64, 65), notes, 10);
    expect(values.density).toBe(0.3);
    expect(values.polyphony).toBe(5 / 4);
    expect(values.register).toBeCloseTo(191 / 3, 9);
    expect(values.velocity).toBe(80);
    expect(values.noteLength).toBeCloseTo(5 / 3, 9);
    expect(values.longestNote).toBe(2);
    expect(values.interOnset).toBe(5);
    expect(values.silence).toBe(3);
    expect(values.inKey).toBe(1);
    // Of the prompt, C, E, G sound 3/8, 2/8, 1/8 of the time; of the notes 2/5, 1/5, 2/5.
    expect(values.pitchClassOverlap).toBeCloseTo(3 / 8 + 1 / 5 + 1 / 8, 9);
    expect(
      histograms.velocity
        .map((count, bin) => (count > 0 ? HISTOGRAMS.velocity.edges[bin] : -1))
        .filter((edge) => edge !== -1),
    ).toEqual([56, 80, 96]);
    expect(histograms.interOnset.at(-1)).toBe(1);
    expect(histograms.noteLength.reduce((sum, count) => sum + count)).toBe(3);
  });

  it('has no numbers of silence', () => {
    const { values } = measure(line(60, 62, 64), [], 10);
    expect(values).toMatchObject({ density: 0, silence: 10, longestNote: 0, pitchClassOverlap: 0 });
    expect(values.noteLength).toBeNaN();
    expect(values.repetition1).toBeNaN();
  });
});

describe('faultsOf', () => {
  const walk = line(...Array.from({ length: 40 }, (_, index) => 48 + ((index * 7) % 24)));

  it('finds nothing wrong with a line that walks', () => {
    expect(faultsOf(walk, 20)).toEqual([]);
  });

  it('finds silence, within and at the end', () => {
    expect(faultsOf([], 20)).toEqual(['silence']);
    expect(faultsOf(walk.slice(0, 32), 20)).toEqual([]);
    expect(faultsOf(walk.slice(0, 31), 20)).toEqual(['silence']);
    expect(
      faultsOf(
        walk.filter(({ start }) => start < 5 || start > 9),
        20,
      ),
    ).toEqual(['silence']);
  });

  it('finds one chord for ever, however many notes it has, and three notes in turn', () => {
    const chord = (at: number) => [48, 55, 60, 64, 67].map((pitch, i) => note(pitch, at + i / 100, at + 0.9));
    const other = (at: number) => [50, 57, 62, 65, 69].map((pitch, i) => note(pitch, at + i / 100, at + 0.9));
    expect(faultsOf(times(20, chord), 20)).toEqual(['stuck']);
    expect(
      faultsOf(
        times(20, (at) => (at % 2 ? chord(at) : other(at))),
        20,
      ),
    ).toEqual([]);
    expect(faultsOf(line(...Array.from({ length: 40 }, (_, index) => 60 + 4 * (index % 3))), 20)).toEqual([
      'stuck',
    ]);
    expect(faultsOf(line(...Array.from({ length: 40 }, (_, index) => 60 + 4 * (index % 4))), 20)).toEqual([]);
  });

  it('finds a note that stays while the music goes on, struck again or not', () => {
    const fast = times(160, (index) => [note(60 + ((index * 5) % 17), index / 8, index / 8 + 0.1)]);
    const sorted = (notes: Note[]) => notes.sort((a, b) => a.start - b.start);
    expect(faultsOf(fast, 20)).toEqual([]);
    expect(faultsOf(sorted([...fast, note(40, 2, 10.5)]), 20)).toEqual(['drone']);
    expect(faultsOf(sorted([...fast, note(40, 2, 9.5)]), 20)).toEqual([]);
    expect(faultsOf(sorted([...fast, note(40, 2, 7), note(40, 7, 12)]), 20)).toEqual(['drone']);
    expect(faultsOf(sorted([...fast, note(40, 2, 7), note(40, 8, 13)]), 20)).toEqual([]);
    const repeated = times(12, (index) => [note(40, 2 + index, 3 + index)]);
    expect(faultsOf(sorted([...fast, ...repeated]), 20)).toEqual([]);
    expect(faultsOf([...line(60, 62, 64, 65), note(40, 2, 20)], 20)).toEqual([]);
  });
});

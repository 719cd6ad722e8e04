import { describe, expect, it } from 'vitest';
import type { Note } from '../note.js';
import { chordsByBeat } from './by-beat.js';
import { chordWords } from './chord.js';

const map = { beats: Array.from({ length: 17 }, (_, beat) => beat), bars: [4, 4, 4, 4] };
const note = (pitch: number, start: number, end: number): Note => ({ pitch, velocity: 70, start, end });
const names = (notes: readonly Note[], until?: number) =>
  chordsByBeat(map, notes, until).map((chord) => (chord ? chordWords(chord) : '-'));

describe('chords by beat', () => {
  it('are heard from what sounds: a loop of four, broken, with a tune above', () => {
    const roots = [48, 43, 45, 41];
    const thirds = [4, 4, 3, 4];
    const notes = roots.flatMap((root, bar) => [
      note(root, 4 * bar, 4 * bar + 4),
      ...[12, 12 + thirds[bar]!, 19, 12].map((above, beat) =>
        note(root + above, 4 * bar + beat, 4 * bar + beat + 1),
      ),
      note(74, 4 * bar + 2.5, 4 * bar + 3),
    ]);
    expect(names(notes)).toEqual(['C', 'G', 'Am', 'F'].flatMap((chord) => new Array(4).fill(chord)));
  });

  it('stay where a passing note does not belong to them, and change within a bar where all does', () => {
    const chord = (root: number, from: number, to: number) =>
      [0, 12, 16, 19].map((above) => note(root + above, from, to));
    expect(names([...chord(48, 0, 4), note(65, 1, 1.5)], 4)).toEqual(['C', 'C', 'C', 'C']);
    expect(names([...chord(48, 0, 2), ...chord(43, 2, 4)], 4)).toEqual(['C', 'C', 'G', 'G']);
  });

  it('tell sevenths and suspensions from triads', () => {
    const struck = (...pitches: number[]) => pitches.map((pitch) => note(pitch, 0, 4));
    expect(names(struck(43, 59, 62, 65), 4)[3]).toBe('G7');
    expect(names(struck(45, 60, 64, 67), 4)[3]).toBe('Am7');
    expect(names(struck(48, 60, 65, 67), 4)[3]).toBe('Csus4');
    expect(names(struck(47, 62, 65), 4)[3]).toBe('Bdim');
  });

  it('are none where nothing was heard', () => {
    expect(names([], 4)).toEqual(['-', '-', '-', '-']);
  });
});

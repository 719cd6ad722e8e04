import { expect, it } from 'vitest';
import { beatsOfPiece } from './of-piece.js';

it('says that there are no beats where there are none', () => {
  const free = Array.from({ length: 60 }, (_, at) => {
    const start = 0.37 * at + 0.2 * Math.sin(at * at);
    return { pitch: 60, velocity: 60, start, end: start + 0.2 };
  }).sort((a, b) => a.start - b.start);
  const piece = {
    tracks: [],
    tempos: [{ time: 0, bpm: 120 }],
    timeSignatures: [],
    keySignatures: [],
    duration: 23,
    warnings: [],
  };
  expect(() => beatsOfPiece(piece, { notes: free, pedal: [] }, 23)).toThrow(
    expect.objectContaining({ code: 'BEATS_MISSING' }),
  );
});

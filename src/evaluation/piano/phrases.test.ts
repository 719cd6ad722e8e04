import { expect, it } from 'vitest';
import type { Note } from '../../music/note.js';
import { looped, measureExchange, takePhrases } from './phrases.js';

/** Four notes per second except in the second ten seconds, in C. */
const piece: Note[] = Array.from({ length: 160 }, (_, index) => ({
  ...{ pitch: [60, 64, 67, 72][index % 4]!, velocity: 80, start: index / 4, end: index / 4 + 0.2 },
})).filter(({ start }) => start < 10 || start >= 20);

it('takes one phrase after the other, each from its first note, and begins again after the last', () => {
  const phrases = takePhrases(piece, { count: 7, seconds: 10, seed: 1, run: 0 });
  expect(phrases).toHaveLength(7);
  expect(phrases.every(([first]) => first!.start === 0)).toBe(true);
  expect(phrases[2]).toEqual(phrases[0]);
  expect(() => takePhrases(piece.slice(0, 3), { count: 1, seconds: 10, seed: 1, run: 0 })).toThrow(
    expect.objectContaining({ code: 'DATASET_EMPTY' }),
  );
});

it('measures a phrase, and what answers it', () => {
  const [phrase] = takePhrases(piece, { count: 1, seconds: 10, seed: 1, run: 0 });
  expect(measureExchange(phrase!)).toMatchObject({ velocity: 80, inKey: 1 });
  const reply = { notes: [{ pitch: 61, velocity: 40, start: 0, end: 1 }], seconds: 2 };
  expect(measureExchange(phrase!, reply)).toMatchObject({ density: 0.5, velocity: 40, inKey: 0, gap: 2 });
});

it('plays a piece again and again', () => {
  const long = looped(piece, 100);
  expect(long.length).toBeGreaterThan(2 * piece.length);
  expect(Math.max(...long.map(({ start }) => start))).toBeLessThan(100);
  expect(looped([], 100)).toEqual([]);
});

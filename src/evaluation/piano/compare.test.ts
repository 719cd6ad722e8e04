import { describe, expect, it } from 'vitest';
import { codecById } from '../../codec/index.js';
import type { Note } from '../../music/note.js';
import { compare, strangersOf } from './compare.js';
import { excerpt, takeExcerpts } from './excerpts.js';
import { earthMover, totalVariation } from './features.js';
import { measure } from './measures.js';

/** Quarter-second notes at pseudo-random pitches from `register` up, played at `velocity`. */
const piece = (register: number, velocity: number, count = 200): Note[] =>
  Array.from({ length: count }, (_, index) => ({
    pitch: register + ((index * 7) % 12),
    velocity,
    start: index / 4,
    end: index / 4 + 0.25,
  }));

describe('distances', () => {
  it('are those of known samples', () => {
    expect(earthMover([1, 2, 3], [1, 2, 3])).toBe(0);
    expect(earthMover([0, 1], [5])).toBeCloseTo(4.5, 9);
    expect(earthMover([], [1])).toBeNaN();
    expect(totalVariation([1, 1, 0], [0, 2, 2])).toBeCloseTo(0.5, 9);
    expect(totalVariation([0, 0], [1, 0])).toBeNaN();
  });
});

describe('compare', () => {
  const registers = [40, 50, 60, 70, 40, 50, 60, 70];
  const pieceOf = [0, 1, 2, 3, 0, 1, 2, 3];
  const prompt = piece(60, 80, 20);
  const played = (raise: number) =>
    registers.map((register) => measure(prompt, piece(register + raise, 80, 40), 10));

  it('is 0 to itself, and as far as it was moved', () => {
    const [human, moved] = compare(pieceOf, played(0), [played(0), played(3)], 1);
    expect(human!.measures.register.distance).toEqual({ mean: 0, low: 0, high: 0 });
    expect(human!.measures.register.spread.mean).toBeGreaterThan(0);
    expect(moved!.measures.register.distance.mean).toBeCloseTo(3, 9);
    expect(moved!.measures.register.mean!.mean - human!.measures.register.mean!.mean).toBeCloseTo(3, 9);
    expect(moved!.histograms.velocity.distance.mean).toBe(0);
    expect(moved!.histograms.velocity.mean).toBeNull();
  });

  it('has strangers of other pieces', () => {
    const strangers = strangersOf(pieceOf, 1);
    expect(strangers.every((other, prompt) => pieceOf[other] !== pieceOf[prompt])).toBe(true);
    expect(new Set(strangers).size).toBeGreaterThan(2);
  });
});

describe('takeExcerpts', () => {
  const codec = codecById('performance-packed-16');
  const dataset = [piece(40, 80), piece(60, 40), piece(50, 80, 20)].map((notes, index) => ({
    path: `${index}.mid`,
    notes: notes.length,
    seconds: 50,
    tokens: Uint16Array.from([codec.startToken, ...codec.encode({ notes, pedal: [] }).tokens]),
  }));
  const options = { count: 6, seed: 1, promptSeconds: 8, seconds: 20 };

  it('takes prompts and what followed from pieces that are long enough, in turn', () => {
    const excerpts = takeExcerpts(codec, dataset, options);
    expect(excerpts.map(({ piece }) => piece)).toEqual([0, 1, 0, 1, 0, 1]);
    for (const { piece, at, prompt, end, followed } of excerpts) {
      const whole = codec.decode(dataset[piece]!.tokens.subarray(1));
      expect(at).toBeLessThanOrEqual(49.75 - 28);
      expect(end).toBeLessThanOrEqual(8);
      expect(prompt.every((note) => note.start >= 0 && note.end <= end)).toBe(true);
      expect(followed).toEqual(excerpt(whole, at + end, 20));
      expect(prompt.length + followed.length).toBeGreaterThan(100);
    }
    expect(takeExcerpts(codec, dataset, options)).toEqual(excerpts);
  });

  it('refuses where there are no two pieces to compare', () => {
    expect(() => takeExcerpts(codec, dataset.slice(1), options)).toThrow(
      expect.objectContaining({ code: 'DATASET_EMPTY' }),
    );
  });
});

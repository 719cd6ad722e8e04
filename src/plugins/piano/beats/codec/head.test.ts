import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEGINNING, type BeatHead, headAfter, headAt, maskIllegalBeatTokens } from './head.js';
import { beatCodec as codec } from './index.js';

const { vocabulary } = codec;

function allowed(head: BeatHead): number[] {
  const mask = new Uint8Array(vocabulary.size).fill(1);
  maskIllegalBeatTokens(head, mask);
  return [...mask.keys()].filter((token) => mask[token] === 1);
}

/** Tokens that are drawn where they make sense. */
const sensible = fc
  .array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 200 })
  .map((draws) => {
    let head = BEGINNING;
    return draws.map((draw) => {
      const choice = allowed(head).filter((token) => token !== codec.endToken);
      const token = choice[Math.floor(draw * choice.length)]!;
      head = headAfter(head, token);
      return token;
    });
  });

describe('what may come next', () => {
  it('is all that a performance says, in a piece whose bars have one length', () => {
    const notes = Array.from({ length: 60 }, (_, index) => ({
      pitch: 40 + ((index * 7) % 40),
      velocity: 60,
      start: Math.floor(index / 2) * 0.31,
      end: Math.floor(index / 2) * 0.31 + 0.4,
    }));
    const map = { beats: Array.from({ length: 25 }, (_, beat) => beat * 0.5), bars: new Array(6).fill(4) };
    const chords = [0, 1.1, 4, 5.5].map((time, root) => ({ time, chord: { root, quality: 'maj' as const } }));
    let head = BEGINNING;
    for (const token of codec.encode({ performance: { notes, pedal: [] }, map, chords }).tokens) {
      expect(allowed(head), vocabulary.describe(token)).toContain(token);
      head = headAfter(head, token);
    }
  });

  it('is always something, and makes music that is written the same again', () => {
    fc.assert(
      fc.property(sensible, (tokens) => {
        const whole = tokens.slice(
          0,
          tokens.findLastIndex((token) => vocabulary.read(token).range === 'LENGTH') + 1,
        );
        const piece = codec.decode(whole);
        const said = whole.filter((token) => vocabulary.read(token).range === 'NOTE').length;
        expect(piece.performance.notes).toHaveLength(said);
        expect(new Set(piece.map.bars).size).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('leaves no position before the time that has passed', () => {
    const bar = vocabulary.token('BAR', { beats: 2, number: 0 });
    const chord = vocabulary.token('NO_CHORD', { beat: 0 });
    const head = headAt([bar, chord].reduce(headAfter, BEGINNING), 100);
    const read = allowed(head).map((token) => vocabulary.read(token));
    expect(new Set(read.map(({ range }) => range))).toEqual(
      new Set(['PIECE', 'BAR', 'CHORD', 'NO_CHORD', 'POSITION']),
    );
    const positions = read.filter(({ range }) => range === 'POSITION').map(({ values }) => values);
    expect(positions[0]).toEqual({ slot: 8, micro: 4 });
    expect(positions).toHaveLength(4 * 48 - 100);
    const beats = read.filter(({ range }) => range === 'NO_CHORD').map(({ values }) => values.beat);
    expect(beats).toEqual([3]);
  });
});

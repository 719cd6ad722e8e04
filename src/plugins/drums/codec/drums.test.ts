import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDrums } from './decode.js';
import { joinDoubles, strokesOf } from './doubles.js';
import { encodeDrums } from './encode.js';
import { BEGINNING, headAfter, maskNonsense } from './head.js';
import { CLASS_OF, CLASSES, DOUBLE, DRUMS, drumOfPitch, SNARE } from './kit.js';
import type { DrumPiece, Hit } from './piece.js';
import { drumVocabulary, END, velocityBin, velocityOf } from './vocabulary.js';

const piece = (hits: readonly Hit[], more: Partial<DrumPiece> = {}): DrumPiece => ({
  ...{ hits, beatsABar: 4, tempo: 120, style: 17, fill: false, ...more },
});
const CRASH = DRUMS.findIndex(({ name }) => name === 'crash cymbal');
const said = (tokens: readonly number[]) => tokens.map((token) => drumVocabulary.read(token));

const hits = fc
  .array(
    fc.record({
      at: fc.double({ min: 0, max: 20, noNaN: true }),
      drum: fc.integer({ min: 0, max: DRUMS.length - 1 }),
      velocity: fc.integer({ min: 1, max: 127 }),
    }),
    { maxLength: 120 },
  )
  .map((hits) => hits.sort((a, b) => a.at - b.at || a.drum - b.drum));

describe('the vocabulary', () => {
  it('is stable', () => {
    const { size, hash, ranges } = drumVocabulary;
    expect({ size, hash, ranges }).toMatchSnapshot();
  });

  it('reads and describes every token, each differently', () => {
    const words = new Set<string>();
    for (let token = 0; token < drumVocabulary.size; token++) {
      const { range, values } = drumVocabulary.read(token);
      expect(drumVocabulary.token(range, values)).toBe(token);
      words.add(drumVocabulary.describe(token));
    }
    expect(words.size).toBe(drumVocabulary.size);
  });

  it('packs what is struck on a step into nine binary digits, the kick first', () => {
    const { first, size } = drumVocabulary.ranges.find(({ name }) => name === 'HITS')!;
    expect(size).toBe(512);
    expect(drumVocabulary.describe(first + 256)).toBe('kick');
    expect(drumVocabulary.describe(first + 0b101000001)).toBe('kick + closedHat + ride');
    expect(drumVocabulary.describe(first)).toBe('nothing');
  });

  it('tells velocities apart in bins that stand for their middle', () => {
    for (let velocity = 1; velocity <= 127; velocity++) {
      const back = velocityOf(velocityBin(velocity));
      expect(Math.abs(back - velocity)).toBeLessThanOrEqual(6);
      expect(velocityBin(back)).toBe(velocityBin(velocity));
    }
  });

  it('knows the keys of General MIDI', () => {
    expect(DRUMS.map(({ pitch }) => DRUMS[drumOfPitch(pitch)!]!.class)).toEqual(
      DRUMS.map((drum) => drum.class),
    );
    expect([36, 40, 26, 57].map((pitch) => CLASSES[CLASS_OF[drumOfPitch(pitch)!]!])).toEqual([
      ...['kick', 'snare', 'openHat', 'crash'],
    ]);
    expect(drumOfPitch(56)).toBeUndefined();
  });
});

describe('a piece', () => {
  it('begins bars, beats and steps, and says touches in order of time', () => {
    const { tokens, hits, steps } = encodeDrums(
      piece([
        { at: 0, drum: CRASH, velocity: 120 },
        { at: 0.02, drum: 0, velocity: 90 },
        { at: 0.5, drum: 4, velocity: 40 },
        { at: 1, drum: 1, velocity: 100 },
        { at: 1, drum: 4, velocity: 50 },
      ]),
    );
    expect(tokens.map((token) => drumVocabulary.describe(token))).toEqual([
      'bar of 4 beats, rock, 120 to 135 beats a minute',
      'under 2 hits a beat, velocity 70 to 85 on average',
      'beat in 4 steps',
      ...['kick + crash', 'crash cymbal, velocity about 122', 'kick, velocity about 90, 1/48 beat late'],
      ...['nothing', 'closedHat', 'closed hi-hat, velocity about 38', 'nothing'],
      'beat in 4 steps',
      ...['snare + closedHat', 'snare, velocity about 101', 'closed hi-hat, velocity about 48'],
      ...['nothing', 'nothing', 'nothing', 'the piece ends'],
    ]);
    expect([hits, steps]).toEqual([5, 8]);
  });

  it('finds triplets where they are, and keeps to sixteenths where hits only stray', () => {
    const grids = (hits: readonly Hit[]) =>
      said(encodeDrums(piece(hits)).tokens).flatMap(({ range, values }) =>
        range === 'BEAT' ? [values.grid] : [],
      );
    const beats = (steps: number, off: (hit: number) => number) =>
      Array.from({ length: 4 * steps }, (_, hit) => ({ at: hit / steps + off(hit), drum: 4, velocity: 60 }));
    const stray = (hit: number) => 0.02 * Math.sin(hit * 12.9898);
    expect(grids(beats(3, stray)).slice(0, 4)).toEqual([1, 1, 1, 1]);
    expect(grids(beats(4, stray)).slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(grids(beats(6, () => 0)).slice(0, 4)).toEqual([1, 1, 1, 1]);
    expect(grids(beats(8, () => 0)).slice(0, 4)).toEqual([2, 2, 2, 2]);
  });

  it('joins two strokes of the snare that are a double, and parts them again', () => {
    const stroke = (at: number, velocity: number) => ({ at, drum: SNARE, velocity });
    const joined = joinDoubles([stroke(0, 80), stroke(0.06, 90), stroke(1, 70), stroke(1.2, 70)], 0.5);
    expect(joined).toEqual([{ at: 0, drum: DOUBLE, velocity: 90 }, stroke(1, 70), stroke(1.2, 70)]);
    const [first, second] = strokesOf(joined[0]!, 0.5);
    expect(first).toEqual(stroke(0, 90));
    expect(second!.at * 0.5).toBeCloseTo(0.033);
  });

  it('comes back: each hit that is kept within half a tick and one velocity bin, in its class', () => {
    fc.assert(
      fc.property(hits, (hits) => {
        const { tokens, hits: kept, merged } = encodeDrums(piece(hits));
        const back = decodeDrums(tokens);
        expect(back).toHaveLength(kept);
        const joined = joinDoubles(hits, 0.5);
        expect(kept + merged).toBe(joined.length);
        for (const hit of back)
          expect(
            joined.some(
              ({ at, drum, velocity }) =>
                drum === hit.drum &&
                Math.abs(at - hit.at) <= 0.5 / 48 + 1e-9 &&
                velocityBin(velocity) === velocityBin(hit.velocity),
            ),
          ).toBe(true);
      }),
    );
  });

  it('is what the grammar allows, token by token', () => {
    fc.assert(
      fc.property(hits, (hits) => {
        const mask = new Uint8Array(drumVocabulary.size);
        let head = BEGINNING;
        for (const token of encodeDrums(piece(hits)).tokens) {
          mask.fill(1);
          maskNonsense(head, mask);
          expect(mask[token], drumVocabulary.describe(token)).toBe(1);
          head = headAfter(head, token);
        }
        expect(head.expects).toBe('END');
      }),
    );
  });

  it('is decoded from any tokens, in order of time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(drumVocabulary.size - 1), { maxLength: 300 }), (tokens) => {
        const back = decodeDrums(tokens);
        expect(back.every(({ at }, index) => index === 0 || at >= back[index - 1]!.at)).toBe(true);
      }),
    );
    expect(() => decodeDrums([drumVocabulary.size])).toThrow(
      expect.objectContaining({ code: 'TOKEN_RANGE' }),
    );
  });

  it('of nothing is a bar that ends', () => {
    expect(encodeDrums(piece([])).tokens.at(-1)).toBe(END);
    expect(decodeDrums(encodeDrums(piece([])).tokens)).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codecs } from '../../codec/index.js';
import { folkCodec } from '../../plugins/folk/codec/codec.js';
import { metaRanges } from '../dataset/dataset.js';
import { isPlayed, type Ranges, stretcher, transposer, turner, variations } from './augment.js';

/** What training/torch/make_augment.py wrote. */
interface Vectors {
  readonly ranges: Ranges;
  readonly cases: readonly {
    readonly shift: number;
    readonly factor: number;
    readonly turn: number;
    readonly tokens: readonly number[];
    readonly varied: readonly number[];
  }[];
}
const file = new URL('../../../test/train/augment.json', import.meta.url);
const vocabularies: Vectors[] = JSON.parse(readFileSync(file, 'utf8'));

it.each(vocabularies)('transposes and stretches as training/torch does', ({ ranges, cases }) => {
  const [transpose, stretch, count] = [transposer(ranges), stretcher(ranges), turner(ranges, 'number')];
  for (const { shift, factor, turn, tokens, varied } of cases) {
    const made = count(stretch(transpose(tokens, shift), factor), turn);
    expect(made, JSON.stringify({ shift, factor, turn })).toEqual(varied);
  }
});

describe.each(codecs)('variations of $id', (codec) => {
  const notes = [60, 64, 67, 64].map((pitch, i) => ({
    pitch,
    velocity: 70,
    start: i,
    end: i + 0.5,
  }));
  const piece = [codec.startToken, ...codec.encode({ notes, pedal: [] }).tokens];
  const settings = { transposeDown: 5, transposeUp: 6, stretch: 0.05, seed: 3 };
  const vary = variations(metaRanges(codec.vocabulary), settings);
  const varied = Array.from({ length: 100 }, (_, place) => Array.from(vary(piece, place)));

  it('are the same tune in each of twelve keys, at tempos within the share', () => {
    const heard = varied.map(([start, ...tokens]) => {
      expect(start).toBe(codec.startToken);
      const played = codec.decode(tokens);
      expect(played.map(({ pitch }) => pitch - played[0]!.pitch)).toEqual([0, 4, 7, 4]);
      return { key: played[0]!.pitch, length: played.at(-1)!.start };
    });
    expect(new Set(heard.map(({ key }) => key))).toEqual(
      new Set(Array.from({ length: 12 }, (_, i) => 55 + i)),
    );
    const lengths = heard.map(({ length }) => length);
    expect(Math.min(...lengths)).toBeGreaterThan(2.84);
    expect(Math.min(...lengths)).toBeLessThan(2.9);
    expect(Math.max(...lengths)).toBeLessThan(3.16);
    expect(Math.max(...lengths)).toBeGreaterThan(3.1);
  });

  it('follow from seed and place', () => {
    expect(Array.from(vary(piece, 50))).toEqual(varied[50]);
    const other = variations(metaRanges(codec.vocabulary), { ...settings, seed: 4 });
    expect(varied.map((_, place) => Array.from(other(piece, place)))).not.toEqual(varied);
  });
});

it('leaves tunes as they are', () => {
  const ranges = metaRanges(folkCodec.vocabulary);
  expect(isPlayed(ranges)).toBe(false);
  const vary = variations(ranges, { transposeDown: 5, transposeUp: 6, stretch: 0.05, seed: 1 });
  const tokens = Array.from({ length: folkCodec.vocabulary.size }, (_, token) => token);
  expect(vary(tokens, 7)).toEqual(tokens);
});

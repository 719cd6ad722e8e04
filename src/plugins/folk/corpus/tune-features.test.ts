import { expect, it } from 'vitest';
import { folkCodec } from '../codec/codec.js';
import { tuneFeatures } from './tune-features.js';

/** A feature of each token of a tune in words of the vocabulary. */
function feature(name: string, words: string): (number | null)[] {
  const found = tuneFeatures(folkCodec.read(words));
  return [...found[name]!];
}

it('counts eighths in the bar: lengths, dots, triplets and chords', () => {
  const at = 'position in the bar (eighths)';
  expect(feature(at, 'M:4/4 K:Cmaj C 2 D E |')).toEqual([null, null, 0, 0, 2, 3, 0]);
  // A dotted pair: 3/2 and 1/2.
  expect(feature(at, 'M:4/4 K:Cmaj C > D E |')).toEqual([null, null, 0, 0, 1.5, 2, 0]);
  expect(feature(at, 'M:4/4 K:Cmaj (3 C D E F |').slice(3)).toEqual([0, 2 / 3, 4 / 3, 2, 0]);
  expect(feature(at, 'M:4/4 K:Cmaj [ C E ] 2 G |').slice(2)).toEqual([0, 0, 0, 0, 0, 2, 0]);
});

it('counts bars, phrases and parts; a line that opens a part ends none', () => {
  const tune = 'M:4/4 K:Cmaj |: C 8 | D 8 :| |: E 8 :|';
  expect(feature('bar of the part', tune).slice(3)).toEqual([0, 0, 1, 1, 1, 0, 0, 0, 0, 0]);
  expect(feature('part', tune).slice(3)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 2]);
  const long = `M:4/4 K:Cmaj ${'C 8 | '.repeat(5)}`.trim();
  expect(
    feature('bar of the phrase (of 4)', long).filter((_, index) => index >= 2 && index % 3 === 2),
  ).toEqual([0, 1, 2, 3, 0]);
});

it('says the height of the last note, and how far it leapt', () => {
  expect(feature('pitch height (scale steps)', 'M:4/4 K:Cmaj C 2 E G')).toEqual([null, null, 0, 0, 2, 4]);
  expect(feature('step or leap to the last note', 'M:4/4 K:Cmaj C 2 E G')).toEqual([
    null,
    null,
    null,
    null,
    2,
    2,
  ]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniform } from '../../model/random.js';
import { FALLBACK_DISCOUNTS, trainKneserNey } from './kneser-ney.js';

const START = 0;
const END = 399;

/** Scales of nine tokens with leaps among `words` tokens, few of them frequent. */
function piece(index: number, words: number): number[] {
  const tokens = [START];
  for (let at = 1; at <= 40; at++) {
    const u = uniform(7, index, 2 * at);
    const next = (tokens[at - 1]! + (u < 0.8 ? 1 : 3)) % 9;
    tokens.push(uniform(7, index, 2 * at + 1) < 0.7 ? next : Math.floor(words * u ** 3));
  }
  return [...tokens, END];
}
const pieces = (words: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => piece(from + index, words));
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/**
 * Reference values of KenLM 0.3.0 (`lmplz -o 5 --vocab_pad 400 --discount_fallback`, `query -v word`) on these pieces written as
 * sentences: its </s> is our END. `log10` are the first tokens of the first held-out piece. KenLM computes in single precision.
 */
const KENLM = [
  {
    words: 60,
    ngrams: [60, 431, 846, 1216, 1481],
    discounts: [
      [0.142857, 1.35714, 2.2381],
      [0.702638, 1.04804, 1.6951],
      [0.795587, 1.21345, 1.24422],
      [0.848726, 1.43716, 1.38338],
      [0.896, 1.27631, 1.63467],
    ],
    fallback: [],
    nats: 453.5071806,
    log10: [
      -1.402522, -2.1028662, -0.37738332, -0.085184515, -0.10585848, -2.5977194, -0.5629262, -1.3039854,
    ],
  },
  {
    // Seven held-out tokens are unknown; D1 to D3 of the 4-grams leave their range.
    words: 300,
    ngrams: [205, 714, 1112, 1385, 1581],
    discounts: [
      [0.479167, 1.195, 2.11012],
      [0.773031, 1.3452, 2.61348],
      [0.896705, 1.30428, 0.847907],
      FALLBACK_DISCOUNTS,
      [0.933291, 1.20758, 0.511223],
    ],
    fallback: [4],
    nats: 578.8126864,
    log10: [-1.9003996, -2.9481692, -0.9771168, -0.5039147, -0.12400942, -3.895168, -0.5708412, -2.7146633],
  },
];

describe.each(KENLM)('a 5-gram of $words words', ({ words, ngrams, discounts, fallback, nats, log10 }) => {
  const model = trainKneserNey(pieces(words, 0, 50), { vocabularySize: 400 });
  const heldOut = pieces(words, 50, 55);

  it('has the n-grams and discounts of KenLM', () => {
    expect(model.orders.map((order) => order.ngrams)).toEqual(ngrams);
    for (const [index, order] of model.orders.entries())
      for (const [k, amount] of order.discounts.entries())
        expect(amount).toBeCloseTo(discounts[index]![k]!, 5);
    expect(model.orders.filter((order) => order.fallback).map(({ order }) => order)).toEqual(fallback);
  });

  it('gives the probabilities of KenLM', () => {
    const costs = heldOut.map((held) => model.nats(held));
    expect(Math.abs(sum(costs.map(sum)) - nats) / sum(costs.map(({ length }) => length))).toBeLessThan(1e-6);
    const first = [...costs[0]!.subarray(0, log10.length)];
    for (const [at, cost] of first.entries()) expect(-cost / Math.LN10).toBeCloseTo(log10[at]!, 5);
  });
});

const SIZE = 6;
const corpus = fc.array(
  fc.array(fc.nat(SIZE - 1), { maxLength: 12 }).map((tokens) => [START, ...tokens]),
  { maxLength: 12 },
);
const context = fc.array(fc.nat(SIZE - 1), { maxLength: 6 }).map((tokens) => [START, ...tokens]);
const all = Array.from({ length: SIZE }, (_, token) => token);

describe('a model of any corpus', () => {
  it('gives distributions: every token is possible, and all together are certain', () => {
    fc.assert(
      fc.property(corpus, context, fc.integer({ min: 1, max: 5 }), (train, before, order) => {
        const model = trainKneserNey(train, { vocabularySize: SIZE, order });
        const probabilities = all.map((token) => model.probability(before, token));
        expect(Math.min(...probabilities)).toBeGreaterThan(0);
        expect(sum(probabilities)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('gives a piece the product of its tokens, each after those before it', () => {
    fc.assert(
      fc.property(corpus, context, (train, held) => {
        const model = trainKneserNey(train, { vocabularySize: SIZE });
        const each = held
          .slice(1)
          .map((token, at) => -Math.log(model.probability(held.slice(0, at + 1), token)));
        expect([...model.nats(held)]).toEqual(each);
      }),
    );
  });
});

it('is uniform where nothing was counted, and says that its discounts are no estimates', () => {
  const model = trainKneserNey([[START]], { vocabularySize: SIZE });
  expect(model.probability([START], 3)).toBe(1 / SIZE);
  expect(model.orders).toEqual(
    [1, 2, 3, 4, 5].map((order) => ({ order, ngrams: 0, discounts: FALLBACK_DISCOUNTS, fallback: true })),
  );
});

it('keeps the start apart from the same token within a piece', () => {
  const { probability } = trainKneserNey([[START, 1, 2, START, 3]], { vocabularySize: SIZE, order: 2 });
  expect(probability([START], 1)).toBeGreaterThan(probability([START], 3));
  expect(probability([START, 1, 2, START], 3)).toBeGreaterThan(probability([START, 1, 2, START], 1));
});

it('counts up to the whole', () => {
  const shares: number[] = [];
  trainKneserNey([[START, 1], [START], [START, 1, 2, 3, 4]], {
    vocabularySize: SIZE,
    progress: (share) => shares.push(share),
  });
  expect(shares).toEqual([0.25, 0.375, 1]);
});

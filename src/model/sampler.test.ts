import { describe, expect, it } from 'vitest';
import { randomSource } from './keras-init.js';
import { uniform } from './random.js';
import { createSampler, type SamplerSettings } from './sampler.js';

const plain: SamplerSettings = { temperature: 1, topK: 0, topP: 1 };
const random = randomSource(1);
const logits = Float32Array.from({ length: 388 }, () => 8 * random() - 4);
const sampler = createSampler(388);

/** The same distribution, written the plain way. */
function expected(settings: SamplerSettings, mask: Uint8Array | null): Float64Array {
  const order = [...logits.keys()]
    .filter((token) => !mask || mask[token])
    .sort((a, b) => logits[b]! - logits[a]! || a - b);
  const weight = (token: number) => Math.exp((logits[token]! - logits[order[0]!]!) / settings.temperature);
  const cut = order.slice(0, settings.topK || order.length);
  const total = cut.reduce((sum, token) => sum + weight(token), 0);
  const kept: number[] = [];
  let sum = 0;
  for (const token of cut) {
    if (kept.length > 0 && sum >= settings.topP * total) break;
    kept.push(token);
    sum += weight(token);
  }
  const probabilities = new Float64Array(logits.length);
  for (const token of kept) probabilities[token] = weight(token) / sum;
  return probabilities;
}

describe('the sampler', () => {
  const mask = Uint8Array.from(logits, (_, token) => (token % 3 ? 1 : 0));
  for (const settings of [
    plain,
    { temperature: 0.5, topK: 0, topP: 1 },
    { temperature: 1, topK: 10, topP: 1 },
    { temperature: 1.3, topK: 0, topP: 0.8 },
    { temperature: 0.9, topK: 50, topP: 0.5 },
    { temperature: 1, topK: 1, topP: 0.01 },
    { temperature: 2, topK: 388, topP: 0.9999 },
  ])
    for (const [name, allowed] of [
      ['no', null],
      ['a', mask],
    ] as const)
      it(`draws from the distribution that ${JSON.stringify(settings)} and ${name} mask mean`, () => {
        const got = sampler.probabilities(logits, settings, allowed);
        const wanted = expected(settings, allowed);
        for (const [token, probability] of wanted.entries()) expect(got[token]).toBeCloseTo(probability, 12);
        // Every token is drawn as often as its share of [0, 1).
        const draws = 4_000;
        const counts = new Float64Array(388);
        for (let i = 0; i < draws; i++)
          counts[sampler.sample(logits, settings, allowed, (i + 0.5) / draws).token]!++;
        for (const [token, probability] of wanted.entries())
          expect(Math.abs(counts[token]! - probability * draws)).toBeLessThanOrEqual(1);
      });

  it('takes the most probable allowed token at temperature 0', () => {
    const best = logits.indexOf(Math.max(...logits));
    const greedy = { ...plain, temperature: 0 };
    expect(sampler.sample(logits, greedy, null, 0.99)).toMatchObject({ token: best, probability: 1 });
    const without = new Uint8Array(388).fill(1);
    without[best] = 0;
    expect(sampler.sample(logits, greedy, without, 0.99).token).not.toBe(best);
  });

  it('gives the nats of the token to the network itself', () => {
    const sample = sampler.sample(logits, { ...plain, temperature: 0.3, topK: 5 }, null, 0.5);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    expect(sample.nats).toBeCloseTo(Math.log(sum) - logits[sample.token]!, 10);
    expect(sampler.crossEntropy(logits, sample.token)).toBe(sample.nats);
  });

  it('draws several tokens as it draws them one by one', () => {
    const settings = { temperature: 1.2, topK: 40, topP: 0.9 };
    const us = Array.from({ length: 50 }, (_, index) => index / 50);
    expect(sampler.sampleEach(logits, settings, mask, us)).toEqual(
      us.map((u) => sampler.sample(logits, settings, mask, u)),
    );
    expect(() => sampler.sampleEach(logits, settings, mask, [0.5, 1])).toThrow(
      expect.objectContaining({ code: 'SAMPLER_SETTING' }),
    );
  });

  it('says what a mask takes', () => {
    for (const temperature of [0.5, 1, 1.7]) {
      const { cut, left } = sampler.maskShares(logits, temperature, mask);
      const open = expected({ ...plain, temperature }, null);
      expect(cut).toBeCloseTo(
        open.reduce((sum, share, token) => sum + (mask[token] ? 0 : share), 0),
        12,
      );
      expect(cut + left).toBeCloseTo(1, 12);
    }
    const best = logits.indexOf(Math.max(...logits));
    const only = new Uint8Array(388).fill(0);
    only[best] = 1;
    expect(sampler.maskShares(logits, 0, only)).toEqual({ cut: 0, left: 1 });
    expect(
      sampler.maskShares(
        logits,
        0,
        only.map((allowed) => 1 - allowed),
      ),
    ).toEqual({ cut: 1, left: 0 });
  });

  it('stands logits far apart', () => {
    const steep = Float32Array.of(-1e30, 1e30, 0);
    expect(createSampler(3).sample(steep, plain, null, 0.999).token).toBe(1);
    expect(createSampler(3).sample(steep, plain, Uint8Array.of(1, 0, 1), 0.999).token).toBe(2);
  });

  it('gives these tokens for this seed, on every machine', () => {
    const tokens = Array.from(
      { length: 12 },
      (_, i) => sampler.sample(logits, plain, null, uniform(7, 1, i)).token,
    );
    expect(tokens).toMatchInlineSnapshot(`
      [
        134,
        93,
        13,
        12,
        99,
        93,
        342,
        40,
        163,
        324,
        8,
        221,
      ]
    `);
  });

  it('refuses logits that are no numbers', () => {
    for (const bad of [NaN, Infinity])
      expect(() => createSampler(2).sample(Float32Array.of(bad, bad), plain, null, 0.5)).toThrow(
        'finite numbers',
      );
  });

  it('blames the mask where it leaves nothing that the logits allow', () => {
    const one = new Float32Array(388).fill(Number.NEGATIVE_INFINITY);
    one[5] = 0;
    const mask = new Uint8Array(388).fill(1);
    expect(sampler.draw(one, plain, mask, 0.5)).toBe(5);
    mask[5] = 0;
    expect(() => sampler.draw(one, plain, mask, 0.5)).toThrow(
      expect.objectContaining({ code: 'SAMPLER_NO_TOKEN' }),
    );
  });

  it('refuses what it cannot sample', () => {
    expect(() => sampler.sample(logits, plain, new Uint8Array(388), 0.5)).toThrow('forbids every token');
    expect(() => sampler.sample(logits, { ...plain, temperature: -1 }, null, 0.5)).toThrow('temperature');
    expect(() => sampler.sample(logits, { ...plain, temperature: NaN }, null, 0.5)).toThrow('temperature');
    expect(() => sampler.sample(logits, { ...plain, topK: 1.5 }, null, 0.5)).toThrow('top-k');
    expect(() => sampler.sample(logits, { ...plain, topP: 0 }, null, 0.5)).toThrow('top-p');
    expect(() => sampler.sample(logits.subarray(1), plain, null, 0.5)).toThrow('388 classes');
    expect(() => sampler.sample(logits, plain, new Uint8Array(3), 0.5)).toThrow('388 classes');
    expect(() => sampler.sample(logits, plain, null, 1)).toThrow('[0, 1)');
    expect(() => sampler.crossEntropy(logits, 388)).toThrow('0 to 387');
  });
});

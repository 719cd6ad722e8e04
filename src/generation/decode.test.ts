import { describe, expect, it } from 'vitest';
import type { NetworkState, StepEngine } from '../model/engine.js';
import { uniform } from '../model/random.js';
import { createSampler } from '../model/sampler.js';
import type { Constraint, Tally } from './constraint.js';
import { decode } from './decode.js';
import { infill } from './infill.js';
import { Sampling } from './sampling.js';
import type { StatePool } from './state-pool.js';

const CLASSES = 5;
const END = 4;

/** A network whose logits hang on the sum of the tokens that its state has heard. */
function network() {
  const sums = new Map<NetworkState, number>();
  let most = 0;
  const engine: StepEngine = {
    name: 'reference',
    spec: { inputClasses: CLASSES, embedding: 0, layers: [], outputClasses: CLASSES },
    steps: 0,
    createState() {
      const state: NetworkState = {
        hidden: new Float32Array(),
        layers: [],
        size: 1,
        snapshot: () => Float32Array.of(sums.get(state)!),
        restore: ([sum]) => sums.set(state, sum!),
        reset: () => sums.set(state, 0),
        free: () => sums.delete(state),
      };
      sums.set(state, 0);
      return state;
    },
    step(states, tokens) {
      most = Math.max(most, states.length);
      return Float32Array.from(
        states.flatMap((state, row) => {
          const sum = sums.get(state)! + tokens[row]!;
          sums.set(state, sum);
          return Array.from({ length: CLASSES }, (_, token) => Math.sin(sum + 2 * token));
        }),
      );
    },
    dispose() {},
  };
  return { engine, states: sums, most: () => most };
}

/** Tokens up to END, at least so many; what it begins with is known. */
class AtLeast implements Constraint {
  #said = 0;
  done = false;

  constructor(
    private readonly length: number,
    private readonly beginning: readonly number[] = [],
  ) {}

  get forcedToken(): number | undefined {
    return this.beginning[this.#said];
  }

  forbid(mask: Uint8Array): void {
    if (this.#said < this.length) mask[END] = 0;
  }

  advance(token: number, output: number[]): number {
    this.#said++;
    this.done = token === END;
    output.push(token);
    return token;
  }
}

const PLAIN = { temperature: 1, topK: 0, topP: 1 };
const sampler = createSampler(CLASSES);

function sampled(index: number, states: StatePool, more: { after?: Float32Array; tally?: Tally } = {}) {
  let drawn = 0;
  return new Sampling(
    {
      constraint: new AtLeast(index % 4, index % 2 === 0 ? [2, 1] : []),
      startToken: 0,
      sampling: PLAIN,
      random: () => uniform(1, index, drawn++),
      result: (tokens) => tokens,
      ...more,
    },
    sampler,
    CLASSES,
    states,
  );
}

describe('sequences that are decoded side by side', () => {
  it('come in order, each as it would alone, on states that are used again', () => {
    const { engine, states, most } = network();
    const together = [...decode(engine, 30, sampled)];
    expect(most()).toBe(8);
    expect(states.size).toBe(0);
    for (const [index, tokens] of together.entries()) {
      const [alone] = decode(network().engine, 1, (_, states) => sampled(index, states));
      expect(tokens).toEqual(alone);
      expect(tokens.indexOf(END)).toBe(tokens.length - 1);
      expect(tokens.length).toBeGreaterThan(index % 4);
      if (index % 2 === 0) expect(tokens.slice(0, 2)).toEqual([2, 1]);
    }
    expect(new Set(together.map(String)).size).toBeGreaterThan(10);
  });

  it('free their states when nobody wants the rest', () => {
    const { engine, states } = network();
    for (const _ of decode(engine, 30, sampled)) break;
    expect(states.size).toBe(0);
  });

  it('go on from where the prefix of a gap ends', () => {
    const { engine } = network();
    const filled = infill(engine, [1, 3, 0], 12, (index, after, states) => sampled(index, states, { after }));
    const [first] = decode(network().engine, 1, (_, states) =>
      sampled(5, states, { after: Float32Array.of(4) }),
    );
    expect(filled[5]).toEqual(first);
  });

  it('tell a tally what each token cost, and what the mask cut', () => {
    const told: { token: number; cut?: number; choices?: number }[] = [];
    const tally: Tally = {
      drawn: ({ token }, { cut, choices }) => told.push({ token, cut, choices }),
      forced: (token) => told.push({ token }),
    };
    const [tokens] = decode(network().engine, 1, (_, states) => sampled(3, states, { tally }));
    expect(told.map(({ token }) => token)).toEqual(tokens);
    expect(told.slice(0, 3).every(({ cut, choices }) => cut! > 0 && choices === CLASSES - 1)).toBe(true);
    expect(told.slice(3).every(({ cut, choices }) => cut === 0 && choices === CLASSES)).toBe(true);
    const given: number[] = [];
    const gives: Tally = { drawn: () => {}, forced: (token) => given.push(token) };
    void [...decode(network().engine, 1, (_, states) => sampled(2, states, { tally: gives }))];
    expect(given).toEqual([2, 1]);
  });
});

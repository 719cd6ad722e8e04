import type { TextCodec } from '../../codec/text.js';
import type { Constraint } from '../../generation/constraint.js';
import { step } from '../../generation/decode.js';
import { Sampling } from '../../generation/sampling.js';
import { StatePool } from '../../generation/state-pool.js';
import type { StepEngine } from '../../model/engine.js';
import { uniform } from '../../model/random.js';
import { createSampler, type SamplerSettings } from '../../model/sampler.js';

export interface TextOrder extends Omit<SamplerSettings, 'topK'> {
  /** What the network goes on from; empty: from nothing. */
  readonly prime: readonly number[];
  /** Characters. */
  readonly length: number;
  readonly seed: number;
  /** Which of several texts. */
  readonly branch: number;
}

/** Characters as they come. The same model, order and seed give the same text. Throws SAMPLER_SETTING. */
export function* writeText(engine: StepEngine, codec: TextCodec, order: TextOrder): Generator<string> {
  const { size } = codec.vocabulary;
  const constraint = new TextLength(codec, order);
  const states = new StatePool(engine);
  try {
    const options = {
      constraint,
      startToken: codec.startToken,
      sampling: { temperature: order.temperature, topK: 0, topP: order.topP },
      random: () => uniform(order.seed, order.branch, constraint.written),
      result: (tokens: readonly number[]) => tokens,
    };
    const text = new Sampling(options, createSampler(size), size, states);
    while (!text.done) {
      const { written } = constraint;
      step(engine, [text]);
      if (constraint.written > written) yield codec.decode([text.next]);
    }
  } finally {
    states.free();
  }
}

/** A prime, and so many characters after it. */
class TextLength implements Constraint {
  #primed = 0;
  written = 0;

  constructor(
    private readonly codec: TextCodec,
    private readonly order: TextOrder,
  ) {}

  get done(): boolean {
    return this.written >= this.order.length;
  }

  get forcedToken(): number | undefined {
    return this.order.prime[this.#primed];
  }

  forbid(mask: Uint8Array): void {
    mask[this.codec.startToken] = 0;
  }

  /** What was written is not kept: each character is given away as it comes. */
  advance(token: number): number {
    if (this.forcedToken === undefined) this.written++;
    else this.#primed++;
    return token;
  }
}

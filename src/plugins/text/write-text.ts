import type { TextCodec } from '../../codec/text.js';
import type { Constraint } from '../../generation/constraint.js';
import { step } from '../../generation/decode.js';
import { Sampling } from '../../generation/sampling.js';
import { StatePool } from '../../generation/state-pool.js';
import type { StepEngine } from '../../model/engine.js';
import { uniform } from '../../model/random.js';
import { createSampler, type SamplerSettings } from '../../model/sampler.js';

export interface TextOrder extends Omit<SamplerSettings, 'topK'> {
  /** Tokens that the network continues; empty to start from nothing. */
  readonly prime: readonly number[];
  /** Number of characters to write. */
  readonly length: number;
  readonly seed: number;
  /** Index of the text, if there are several. */
  readonly branch: number;
}

/**
 * Samples a text and yields each character as it comes. The same model, codec and order give the same text. Throws
 * SAMPLER_SETTING.
 */
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

/** Forces the prime, then allows `length` more characters. */
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

  /** Writes nothing to the output: the generator yields each character instead. */
  advance(token: number): number {
    if (this.forcedToken === undefined) this.written++;
    else this.#primed++;
    return token;
  }
}

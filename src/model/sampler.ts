import { ContinuoError } from '../errors.js';
import { createMemory, instantiate, type KernelExports, PAGE } from './kernel/module.js';

export interface SamplerSettings {
  /** Divides the logits; 0 takes the most probable token. */
  readonly temperature: number;
  /** Keeps this many most probable tokens; 0 keeps all. */
  readonly topK: number;
  /** Keeps the fewest most probable tokens that together have this probability, of those that topK kept; 1 keeps all. */
  readonly topP: number;
}

export interface Sample {
  readonly token: number;
  /** Probability of the token in the distribution that it was drawn from. */
  readonly probability: number;
  /** Nats of the token to the network itself: no temperature, cut or mask. */
  readonly surprise: number;
}

/**
 * Draws tokens. Its arithmetic is the kernel's, not the host's, so equal logits, settings and `u` give the same
 * token on every machine. It keeps nothing from call to call.
 */
export interface Sampler {
  /**
   * @param logits (class)
   * @param mask (class) 1 where the token is allowed; null allows all
   * @param u the random number in [0, 1) that decides
   * @throws SAMPLER_SETTING, SAMPLER_NO_TOKEN
   */
  sample(logits: Float32Array, settings: SamplerSettings, mask: Uint8Array | null, u: number): Sample;
  /** The distribution that `sample` draws from: (class), sum 1. */
  probabilities(logits: Float32Array, settings: SamplerSettings, mask: Uint8Array | null): Float64Array;
  /** Nats of `token`: what it costs to be told it by a network that gives these logits (class). */
  crossEntropy(logits: Float32Array, token: number): number;
}

export function createSampler(classes: number): Sampler {
  return new KernelSampler(classes);
}

class KernelSampler implements Sampler {
  readonly #kernel: KernelExports;
  // Buffers in the memory of the kernel, behind its own page.
  readonly #weights: Float64Array; // (class)
  readonly #logits: Float32Array; // (class)
  readonly #heap: number; // address of (class) int32
  readonly #mask: Uint8Array; // (class)

  constructor(private readonly classes: number) {
    const memory = createMemory(PAGE + classes * (8 + 4 + 4 + 1));
    this.#kernel = instantiate(memory);
    let at = PAGE;
    this.#weights = new Float64Array(memory.buffer, at, classes);
    at += 8 * classes;
    this.#logits = new Float32Array(memory.buffer, at, classes);
    at += 4 * classes;
    this.#heap = at;
    at += 4 * classes;
    this.#mask = new Uint8Array(memory.buffer, at, classes);
  }

  sample(logits: Float32Array, settings: SamplerSettings, mask: Uint8Array | null, u: number): Sample {
    if (!(u >= 0 && u < 1)) throw new ContinuoError('SAMPLER_SETTING', `expected u in [0, 1), got ${u}`);
    const total = this.#distribution(logits, settings, mask);
    const token = this.#kernel.draw(this.#weights.byteOffset, this.classes, total, u);
    return {
      token,
      probability: this.#weights[token]! / total,
      surprise: this.#kernel.crossEntropy(this.#logits.byteOffset, this.classes, token),
    };
  }

  probabilities(logits: Float32Array, settings: SamplerSettings, mask: Uint8Array | null): Float64Array {
    const total = this.#distribution(logits, settings, mask);
    const shares = this.#weights.slice();
    for (let i = 0; i < shares.length; i++) shares[i]! /= total;
    return shares;
  }

  crossEntropy(logits: Float32Array, token: number): number {
    this.#requireLength('logits', logits);
    if (!(token >= 0 && token < this.classes && Number.isInteger(token)))
      throw new ContinuoError('TOKEN_RANGE', `expected a token from 0 to ${this.classes - 1}, got ${token}`);
    this.#logits.set(logits);
    return this.#kernel.crossEntropy(this.#logits.byteOffset, this.classes, token);
  }

  /** Fills #weights and returns their sum. */
  #distribution(logits: Float32Array, settings: SamplerSettings, mask: Uint8Array | null): number {
    const { temperature, topK, topP } = settings;
    const wanted = (what: string, got: number) =>
      new ContinuoError('SAMPLER_SETTING', `expected ${what}, got ${got}`);
    if (!(temperature >= 0 && Number.isFinite(temperature)))
      throw wanted('a temperature of 0 or more', temperature);
    if (!(topK >= 0 && Number.isInteger(topK))) throw wanted('top-k as a count (0: all)', topK);
    if (!(topP > 0 && topP <= 1)) throw wanted('top-p above 0 and up to 1', topP);
    this.#requireLength('logits', logits);
    this.#logits.set(logits);
    if (mask) {
      this.#requireLength('mask', mask);
      this.#mask.set(mask);
    }
    const total = this.#kernel.distribution(
      this.#logits.byteOffset,
      this.classes,
      mask ? this.#mask.byteOffset : 0,
      temperature,
      Math.min(topK, this.classes),
      topP,
      this.#weights.byteOffset,
      this.#heap,
    );
    // The most probable allowed token weighs 1, so there is nothing only where nothing is allowed.
    if (total > 0) return total;
    if (mask?.every((allowed) => allowed === 0))
      throw new ContinuoError('SAMPLER_NO_TOKEN', 'the mask forbids every token');
    throw new ContinuoError(
      'MODEL_BROKEN',
      'the network gives logits that are no finite numbers',
      'Its weights may be damaged: fetch or export the model folder again.',
    );
  }

  #requireLength(what: string, array: { readonly length: number }): void {
    if (array.length !== this.classes)
      throw new ContinuoError(
        'SAMPLER_SETTING',
        `expected ${what} of ${this.classes} classes, got ${array.length}`,
      );
  }
}

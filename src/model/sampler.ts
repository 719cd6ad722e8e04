import { ContinuoError } from '../errors.js';
import { createMemory, instantiate, type KernelExports, PAGE } from './kernel/module.js';

/** How a token is drawn. topK is applied before topP. */
export interface SamplerSettings {
  /** Divides the logits, 0 or more; 0 takes the most probable token. */
  readonly temperature: number;
  /** Keeps this many of the most probable tokens; 0 keeps all. */
  readonly topK: number;
  /** Nucleus sampling: keeps the fewest most probable tokens that together have this probability, in (0, 1]; 1 keeps all. */
  readonly topP: number;
}

/** Draws the next token from `logits` (class) among those whose `mask` (class) is 1. */
export type Draw = (logits: Float32Array, mask: Uint8Array) => number;

/** A token that was drawn. */
export interface Sample {
  readonly token: number;
  /** Probability of the token in the distribution that it was drawn from. */
  readonly probability: number;
  /** Cost of the token to the network itself, -ln p in nats, without temperature, truncation or mask. */
  readonly nats: number;
}

/**
 * Draws tokens from logits. It computes in WebAssembly, not with the host's Math, so equal logits, settings and `u` give the same
 * token on every machine. It keeps no state between calls.
 */
export interface Sampler {
  /**
   * @param logits (class)
   * @param mask (class) 1 where the token is allowed; null allows all
   * @param u a random number in [0, 1)
   * @throws SAMPLER_SETTING, SAMPLER_NO_TOKEN
   */
  sample(logits: Float32Array, settings: SamplerSettings, mask: Uint8Array | null, u: number): Sample;
  /** Draws the same token as `sample` and returns it alone, for half the work. */
  draw(logits: Float32Array, settings: SamplerSettings, mask: Uint8Array | null, u: number): number;
  /** As `sample` for each of `us`, computing the distribution once. */
  sampleEach(
    logits: Float32Array,
    settings: SamplerSettings,
    mask: Uint8Array | null,
    us: readonly number[],
  ): Sample[];
  /** The distribution that `sample` draws from: (class), sum 1. */
  probabilities(logits: Float32Array, settings: SamplerSettings, mask: Uint8Array | null): Float64Array;
  /** Probability, at a temperature, of the tokens that a mask (class) forbids (`cut`) and of those it allows (`left`); their sum is 1. */
  maskShares(
    logits: Float32Array,
    temperature: number,
    mask: Uint8Array,
  ): { readonly cut: number; readonly left: number };
  /** ln of the sum of e^logit over `logits` (class). */
  logSumExp(logits: Float32Array): number;
  /** Cross-entropy of `token` in nats, -ln p, for a network that gives these logits (class). Throws TOKEN_RANGE. */
  crossEntropy(logits: Float32Array, token: number): number;
}

/** Makes a sampler for that many classes; its working arrays are allocated once. */
export function createSampler(classes: number): Sampler {
  return new KernelSampler(classes);
}

class KernelSampler implements Sampler {
  readonly #kernel: KernelExports;
  // Buffers in the memory of the kernel, after its own page.
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
    const total = this.#distribution(logits, settings, mask);
    return this.#drawn(total, u, this.#kernel.normaliser(this.#logits.byteOffset, this.classes));
  }

  draw(logits: Float32Array, settings: SamplerSettings, mask: Uint8Array | null, u: number): number {
    return this.#token(this.#distribution(logits, settings, mask), u);
  }

  sampleEach(
    logits: Float32Array,
    settings: SamplerSettings,
    mask: Uint8Array | null,
    us: readonly number[],
  ): Sample[] {
    const total = this.#distribution(logits, settings, mask);
    const normaliser = this.#kernel.normaliser(this.#logits.byteOffset, this.classes);
    return us.map((u) => this.#drawn(total, u, normaliser));
  }

  #drawn(total: number, u: number, normaliser: number): Sample {
    const token = this.#token(total, u);
    return {
      token,
      probability: this.#weights[token]! / total,
      nats: normaliser - this.#logits[token]!,
    };
  }

  #token(total: number, u: number): number {
    if (!(u >= 0 && u < 1)) throw new ContinuoError('SAMPLER_SETTING', `expected u in [0, 1), got ${u}`);
    return this.#kernel.draw(this.#weights.byteOffset, this.classes, total, u);
  }

  probabilities(logits: Float32Array, settings: SamplerSettings, mask: Uint8Array | null): Float64Array {
    const total = this.#distribution(logits, settings, mask);
    const shares = this.#weights.slice();
    for (let i = 0; i < shares.length; i++) shares[i]! /= total;
    return shares;
  }

  crossEntropy(logits: Float32Array, token: number): number {
    if (!(token >= 0 && token < this.classes && Number.isInteger(token)))
      throw new ContinuoError('TOKEN_RANGE', `expected a token from 0 to ${this.classes - 1}, got ${token}`);
    return this.logSumExp(logits) - this.#logits[token]!;
  }

  logSumExp(logits: Float32Array): number {
    this.#requireLength('logits', logits);
    this.#logits.set(logits);
    return this.#kernel.normaliser(this.#logits.byteOffset, this.classes);
  }

  maskShares(logits: Float32Array, temperature: number, mask: Uint8Array) {
    this.#requireLength('logits', logits);
    this.#requireLength('mask', mask);
    this.#logits.set(logits);
    this.#mask.set(mask);
    const [{ byteOffset: at }, { byteOffset: logitsAt }] = [this.#weights, this.#logits];
    this.#kernel.maskShares(logitsAt, this.classes, this.#mask.byteOffset, temperature, at);
    return { cut: this.#weights[0]!, left: this.#weights[1]! };
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
    // The most probable allowed token has weight 1, so the sum is 0 only where no token is allowed.
    if (total > 0) return total;
    if (mask?.every((allowed) => allowed === 0))
      throw new ContinuoError('SAMPLER_NO_TOKEN', 'the mask forbids every token');
    const never = (logit: number, token: number) => mask?.[token] === 0 || logit === Number.NEGATIVE_INFINITY;
    if (logits.some(Number.isFinite) && logits.every(never))
      throw new ContinuoError(
        'SAMPLER_NO_TOKEN',
        'the mask forbids every token to which the network or the predictor gives a finite logit',
      );
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

import type { LayerState } from '../engine.js';

/** A token that might have come. */
export interface TapChoice {
  readonly token: number;
  /** What the network gives it, without bias, mask, temperature and truncation. */
  readonly probability: number;
  /** The same after bias and mask: 0 where the grammar or the stream forbids it. */
  readonly afterGrammar: number;
  readonly allowed: boolean;
}

/** What {@link TapFrame} is made of. */
export interface TapFrameParts {
  readonly position: number;
  readonly time: number;
  readonly token: number;
  readonly drawn: boolean;
  readonly layers: readonly LayerState[];
  readonly logits: Float32Array; // (class)
  readonly biased: Float32Array | null; // (class)
  readonly mask: Uint8Array | null; // (class)
  /** The classes of each network. */
  readonly parts: readonly number[];
}

/** One step of a network: the token that came, and the state and logits that were there before it. */
export class TapFrame {
  /** Number of tokens before this one. Where it goes back, the tokens from there on were taken back. */
  readonly position: number;
  /** Seconds at the head of the stream. */
  readonly time: number;
  readonly token: number;
  /** Whether the model drew the token; else it was fed: what the player did, and rests. */
  readonly drawn: boolean;
  readonly layers: readonly LayerState[];
  readonly logits: Float32Array; // (class)
  /** The logits with the grammar's bias; null where it added none. */
  readonly biased: Float32Array | null; // (class)
  /** 1 where a token was allowed; null where nothing was drawn, or where that is not known. */
  readonly mask: Uint8Array | null; // (class)
  /** The classes of the token's network. */
  readonly #from: number;
  readonly #to: number;

  constructor({ position, time, token, drawn, layers, logits, biased, mask, parts }: TapFrameParts) {
    this.position = position;
    this.time = time;
    this.token = token;
    this.drawn = drawn;
    this.layers = layers;
    this.logits = logits;
    this.biased = biased;
    this.mask = mask;
    let [from, to] = [0, parts[0]!];
    for (let part = 1; token >= to && part < parts.length; part++) [from, to] = [to, to + parts[part]!];
    this.#from = from;
    this.#to = to;
  }

  /** The surprise: cost of the token to the network itself, -ln p, without bias, mask and temperature. */
  get nats(): number {
    return logSumExp(this.logits.subarray(this.#from, this.#to)) - this.logits[this.token]!;
  }

  /**
   * The `count` tokens that the network itself finds likeliest, the likeliest first, and behind them the token that came where it
   * is not among them. Temperature, top-k and top-p, by which a token is drawn, are not in the probabilities.
   */
  choices(count: number): TapChoice[] {
    const own = this.logits.subarray(this.#from, this.#to);
    const normaliser = logSumExp(own);
    const after = this.#afterGrammar();
    const likeliest = likeliestOf(own, count);
    if (!likeliest.includes(this.token - this.#from)) likeliest.push(this.token - this.#from);
    return likeliest.map((index) => {
      const token = this.#from + index;
      const allowed = this.mask?.[token] !== 0;
      const probability = Math.exp(own[index]! - normaliser);
      return { token, allowed, probability, afterGrammar: allowed ? after(token) : 0 };
    });
  }

  /** The probability of an allowed token after bias and mask. */
  #afterGrammar(): (token: number) => number {
    const { mask } = this;
    const logits = this.biased ?? this.logits;
    const allowed: number[] = [];
    // The mask forbids the tokens of another network, so the sum may go over all.
    const [from, to] = mask ? [0, logits.length] : [this.#from, this.#to];
    for (let token = from; token < to; token++) if (mask?.[token] !== 0) allowed.push(logits[token]!);
    const normaliser = logSumExp(allowed);
    return (token) => Math.exp(logits[token]! - normaliser);
  }
}

/** Indices of the `count` largest logits, the largest first; of equal ones the lower index. */
function likeliestOf(logits: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let index = 0; index < logits.length; index++) {
    let at = best.length;
    while (at > 0 && logits[best[at - 1]!]! < logits[index]!) at--;
    if (at >= count) continue;
    best.splice(at, 0, index);
    if (best.length > count) best.pop();
  }
  return best;
}

/** ln of the sum of e^logit. */
function logSumExp(logits: ArrayLike<number>): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) max = Math.max(max, logits[i]!);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - max);
  return max + Math.log(sum);
}

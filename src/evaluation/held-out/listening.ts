import type { NetworkState, StepEngine } from '../../model/engine.js';
import { isForetold } from '../../model/memory/joint.js';
import { uniform } from '../../model/random.js';
import type { DatasetPiece } from '../../training/dataset/read-dataset.js';
import type { FedAs } from '../../training/fit/feed.js';
import { crossEntropyOf } from '../../training/fit/held-out.js';

/**
 * How much the network uses its prompt: the cross-entropy of a true continuation after its own prompt, and after another
 * piece's.
 */
export interface Listening {
  readonly prompts: number;
  /** Mean nats per token of the continuation after its own prompt, and after another piece's. */
  readonly own: number;
  readonly other: number;
  /** Mean of (other - own), with its 95 % confidence interval (bootstrap over prompts). */
  readonly gain: { readonly mean: number; readonly low: number; readonly high: number };
  /** Share of prompts for which the continuation costs less after its own. */
  readonly share: number;
}

const PROMPT_TOKENS = 384;
const CONTINUATION_TOKENS = 128;
const RESAMPLES = 2000;

/**
 * Measures `prompts` seeded random places, from each piece in turn: each continuation is scored after its own prompt and after a
 * prompt from another piece, both from a zero state. null if fewer than two pieces are long enough.
 */
export function listening(
  engine: StepEngine,
  pieces: readonly DatasetPiece[],
  options: {
    readonly prompts: number;
    readonly seed: number;
    readonly fed?: FedAs;
    readonly progress?: (share: number) => void;
  },
): Listening | null {
  const { prompts, seed, fed = {}, progress } = options;
  const long = pieces.filter(({ tokens }) => tokens.length > PROMPT_TOKENS + CONTINUATION_TOKENS);
  if (long.length < 2) return null;
  const state = engine.createState();
  const cost = costAfter(engine, state, fed);
  const own: number[] = [];
  const other: number[] = [];
  for (let index = 0; index < prompts; index++) {
    const piece = long[index % long.length]!;
    const stranger =
      long[(index + 1 + Math.floor(uniform(seed, index, 0) * (long.length - 1))) % long.length]!;
    const at = place(piece, uniform(seed, index, 1), fed);
    const elsewhere = place(stranger, uniform(seed, index, 2), fed);
    const continuation = piece.tokens.subarray(at + PROMPT_TOKENS, at + PROMPT_TOKENS + CONTINUATION_TOKENS);
    own.push(cost(piece.tokens.subarray(at, at + PROMPT_TOKENS), continuation));
    other.push(cost(stranger.tokens.subarray(elsewhere, elsewhere + PROMPT_TOKENS), continuation));
    progress?.((index + 1) / prompts);
  }
  state.free();
  const gains = own.map((nats, index) => other[index]! - nats);
  return {
    prompts,
    own: mean(own),
    other: mean(other),
    gain: bootstrapped(gains, (round, index) => uniform(seed, prompts + round, index)),
    share: gains.filter((gain) => gain > 0).length / gains.length,
  };
}

/** The mean with its 95 % bootstrap confidence interval. */
function bootstrapped(
  values: readonly number[],
  random: (round: number, index: number) => number,
): Listening['gain'] {
  const means = Array.from({ length: RESAMPLES }, (_, round) =>
    mean(values.map((_, index) => values[Math.floor(random(round, index) * values.length)]!)),
  ).sort((a, b) => a - b);
  return {
    mean: mean(values),
    low: means[Math.floor(0.025 * RESAMPLES)]!,
    high: means[Math.floor(0.975 * RESAMPLES)]!,
  };
}

/** Joined tokens take turns: a place is where one of the same kind stands in every piece. */
function place({ tokens }: DatasetPiece, u: number, { joint }: FedAs): number {
  const at = Math.floor(u * (tokens.length - PROMPT_TOKENS - CONTINUATION_TOKENS));
  return joint ? at - (at % 2) : at;
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** A function for the nats per token of `continuation` after `prompt`, from a zero state. */
function costAfter(engine: StepEngine, state: NetworkState, { joint }: FedAs) {
  const foretells = isForetold(joint);
  const crossEntropy = crossEntropyOf(engine);
  return (prompt: ArrayLike<number>, continuation: ArrayLike<number>): number => {
    state.reset();
    let nats = 0;
    let foretold = 0;
    let logits: Float32Array = new Float32Array();
    for (let at = 0; at < prompt.length; at++) logits = engine.step([state], [prompt[at]!]);
    for (let at = 0; at < continuation.length; at++) {
      if (foretells(continuation[at]!)) {
        nats += crossEntropy(logits, continuation[at]!);
        foretold++;
      }
      logits = engine.step([state], [continuation[at]!]);
    }
    return nats / foretold;
  };
}

import type { NetworkState, StepEngine } from '../model/engine.js';
import { uniform } from '../model/random.js';
import { createSampler } from '../model/sampler.js';
import type { DatasetPiece } from '../training/dataset/read-dataset.js';
import { type KneserNeyOrder, trainKneserNey } from './kneser-ney.js';

/** What held-out music costs a model. Lower is better; nats a note can be compared between codecs. */
export interface HeldOut {
  readonly pieces: number;
  readonly tokens: number;
  /** 0 where the codec's pieces have none, as text. */
  readonly notes: number;
  readonly natsPerToken: number;
  /** Null where there are no notes. */
  readonly natsPerNote: number | null;
  /** exp(natsPerToken). */
  readonly perplexity: number;
}

/** Feeds each piece from a zero state and adds up what its tokens cost, the start token left out. */
export function heldOut(
  engine: StepEngine,
  pieces: readonly DatasetPiece[],
  progress?: (share: number) => void,
): HeldOut {
  const state = engine.createState();
  const { crossEntropy } = bound(engine);
  let nats = 0;
  pieces.forEach(({ tokens }, index) => {
    state.reset();
    for (let at = 0; at + 1 < tokens.length; at++) {
      const logits = engine.step([state], tokens.subarray(at, at + 1));
      nats += crossEntropy(logits, tokens[at + 1]!);
    }
    progress?.((index + 1) / pieces.length);
  });
  state.free();
  return shared(nats, pieces);
}

/** What the same music costs a model that only counts. */
export interface Baseline extends HeldOut {
  readonly trainedOn: { readonly pieces: number; readonly tokens: number };
  /** Unigrams first: n-grams, discounts, and whether these are a fallback. */
  readonly orders: readonly KneserNeyOrder[];
}

/** Trains a modified Kneser-Ney 5-gram on `train` and adds up what the tokens of `pieces` cost, those that {@link heldOut} counts. */
export function baseline(
  train: readonly DatasetPiece[],
  pieces: readonly DatasetPiece[],
  options: { readonly vocabularySize: number; readonly progress?: (share: number) => void },
): Baseline {
  const model = trainKneserNey(
    train.map(({ tokens }) => tokens),
    options,
  );
  const nats = sum(pieces.map(({ tokens }) => sum(model.nats(tokens))));
  return {
    ...shared(nats, pieces),
    trainedOn: { pieces: train.length, tokens: countTokens(train) },
    orders: model.orders,
  };
}

function shared(nats: number, pieces: readonly DatasetPiece[]): HeldOut {
  const tokens = countTokens(pieces);
  const notes = sum(pieces.map((piece) => piece.notes));
  return {
    pieces: pieces.length,
    tokens,
    notes,
    natsPerToken: nats / tokens,
    natsPerNote: notes === 0 ? null : nats / notes,
    perplexity: Math.exp(nats / tokens),
  };
}

/** Without the start tokens. */
function countTokens(pieces: readonly DatasetPiece[]): number {
  return sum(pieces.map(({ tokens }) => tokens.length - 1));
}

/** Whether the network listens: what a true continuation costs after its own prompt, and after another piece's. */
export interface Listening {
  readonly prompts: number;
  /** Nats a token of the continuation after its own prompt, and after a stranger's; means. */
  readonly own: number;
  readonly other: number;
  /** Mean of (other - own), with the ends of its 95 % interval (bootstrap over prompts). */
  readonly gain: { readonly mean: number; readonly low: number; readonly high: number };
  /** Share of prompts after which the own continuation is the cheaper. */
  readonly share: number;
}

const PROMPT_TOKENS = 384;
const CONTINUATION_TOKENS = 128;
const RESAMPLES = 2000;

/**
 * Takes `prompts` places in the pieces, evenly spread; each continuation is fed after its own prompt and after the prompt
 * of a place in another piece, both from a zero state. Seeded. Null where fewer than two pieces are long enough.
 */
export function listening(
  engine: StepEngine,
  pieces: readonly DatasetPiece[],
  options: { readonly prompts: number; readonly seed: number; readonly progress?: (share: number) => void },
): Listening | null {
  const { prompts, seed, progress } = options;
  const long = pieces.filter(({ tokens }) => tokens.length > PROMPT_TOKENS + CONTINUATION_TOKENS);
  if (long.length < 2) return null;
  const state = engine.createState();
  const cost = bound(engine);
  const own: number[] = [];
  const other: number[] = [];
  for (let index = 0; index < prompts; index++) {
    const piece = long[index % long.length]!;
    const stranger =
      long[(index + 1 + Math.floor(uniform(seed, index, 0) * (long.length - 1))) % long.length]!;
    const at = place(piece, uniform(seed, index, 1));
    const elsewhere = place(stranger, uniform(seed, index, 2));
    const continuation = piece.tokens.subarray(at + PROMPT_TOKENS, at + PROMPT_TOKENS + CONTINUATION_TOKENS);
    own.push(cost.after(state, piece.tokens.subarray(at, at + PROMPT_TOKENS), continuation));
    other.push(
      cost.after(state, stranger.tokens.subarray(elsewhere, elsewhere + PROMPT_TOKENS), continuation),
    );
    progress?.((index + 1) / prompts);
  }
  state.free();
  const gains = own.map((nats, index) => other[index]! - nats);
  const means = Array.from({ length: RESAMPLES }, (_, round) =>
    mean(gains.map((_, index) => gains[Math.floor(uniform(seed, prompts + round, index) * gains.length)]!)),
  ).sort((a, b) => a - b);
  return {
    prompts,
    own: mean(own),
    other: mean(other),
    gain: {
      mean: mean(gains),
      low: means[Math.floor(0.025 * RESAMPLES)]!,
      high: means[Math.floor(0.975 * RESAMPLES)]!,
    },
    share: gains.filter((gain) => gain > 0).length / gains.length,
  };
}

function place({ tokens }: DatasetPiece, u: number): number {
  return Math.floor(u * (tokens.length - PROMPT_TOKENS - CONTINUATION_TOKENS));
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[] | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function bound(engine: StepEngine) {
  const sampler = createSampler(engine.spec.outputClasses);
  const crossEntropy = (logits: Float32Array, token: number) =>
    sampler.crossEntropy(logits.subarray(0, engine.spec.outputClasses), token);
  return {
    crossEntropy,
    /** Nats a token of `continuation` after `prompt`. */
    after(state: NetworkState, prompt: ArrayLike<number>, continuation: ArrayLike<number>): number {
      state.reset();
      let nats = 0;
      let logits = new Float32Array();
      for (let at = 0; at < prompt.length; at++)
        logits = engine.step([state], [prompt[at]!]) as Float32Array<ArrayBuffer>;
      for (let at = 0; at < continuation.length; at++) {
        nats += crossEntropy(logits, continuation[at]!);
        logits = engine.step([state], [continuation[at]!]) as Float32Array<ArrayBuffer>;
      }
      return nats / continuation.length;
    },
  };
}

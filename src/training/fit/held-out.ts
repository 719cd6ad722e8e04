import type { StepEngine } from '../../model/engine.js';
import { isForetold } from '../../model/memory/joint.js';
import { createSampler } from '../../model/sampler.js';
import type { DatasetPiece } from '../dataset/read-dataset.js';
import { type FedAs, foretoldIn } from './feed.js';

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

/** Feeds each piece from a zero state and adds up what its tokens cost: those that are foretold, the start token left out. */
export function heldOut(
  engine: StepEngine,
  pieces: readonly DatasetPiece[],
  { fed = {}, progress }: { readonly fed?: FedAs; readonly progress?: (share: number) => void } = {},
): HeldOut {
  const state = engine.createState();
  const crossEntropy = crossEntropyOf(engine);
  const foretells = isForetold(fed.joint);
  let nats = 0;
  pieces.forEach(({ tokens }, index) => {
    state.reset();
    for (let at = 0; at + 1 < tokens.length; at++) {
      const logits = engine.step([state], tokens.subarray(at, at + 1));
      if (foretells(tokens[at + 1]!)) nats += crossEntropy(logits, tokens[at + 1]!);
    }
    progress?.((index + 1) / pieces.length);
  });
  state.free();
  return costOf(nats, pieces, fed);
}

/** Nats of pieces as a mean a token and a note. */
export function costOf(nats: number, pieces: readonly DatasetPiece[], fed: FedAs = {}): HeldOut {
  const tokens = countTokens(pieces, fed);
  const notes = pieces.reduce((sum, piece) => sum + piece.notes, 0);
  return {
    pieces: pieces.length,
    tokens,
    notes,
    natsPerToken: nats / tokens,
    natsPerNote: notes === 0 ? null : nats / notes,
    perplexity: Math.exp(nats / tokens),
  };
}

/** Tokens of pieces that are foretold, without the start tokens. */
export function countTokens(pieces: readonly DatasetPiece[], fed: FedAs = {}): number {
  return pieces.reduce((sum, { tokens }) => sum + foretoldIn(tokens, fed), 0);
}

/** What a token costs by the logits that foretold it, in nats. */
export function crossEntropyOf(engine: StepEngine): (logits: Float32Array, token: number) => number {
  const { outputClasses } = engine.spec;
  const sampler = createSampler(outputClasses);
  return (logits, token) => sampler.crossEntropy(logits.subarray(0, outputClasses), token);
}

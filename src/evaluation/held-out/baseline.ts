import { isForetold } from '../../model/memory/joint.js';
import type { DatasetPiece } from '../../training/dataset/read-dataset.js';
import type { FedAs } from '../../training/fit/feed.js';
import { costOf, countTokens, type HeldOut } from '../../training/fit/held-out.js';
import { type KneserNeyOrder, trainKneserNey } from './kneser-ney.js';

/** Cross-entropy of the same music under an n-gram model. */
export interface Baseline extends HeldOut {
  readonly trainedOn: { readonly pieces: number; readonly tokens: number };
  /** Unigrams first: number of n-grams, discounts, and whether these are the fallback. */
  readonly orders: readonly KneserNeyOrder[];
}

/**
 * Trains a modified Kneser-Ney 5-gram model on `train` and measures its cross-entropy on the tokens of `pieces` that {@link
 * heldOut} counts.
 */
export function baseline(
  train: readonly DatasetPiece[],
  pieces: readonly DatasetPiece[],
  options: {
    readonly vocabularySize: number;
    readonly fed?: FedAs;
    readonly progress?: (share: number) => void;
  },
): Baseline {
  const model = trainKneserNey(
    train.map(({ tokens }) => tokens),
    options,
  );
  const { fed = {} } = options;
  const foretells = isForetold(fed.joint);
  const nats = sum(
    pieces.map(({ tokens }) => sum(model.nats(tokens).filter((_, at) => foretells(tokens[at + 1]!)))),
  );
  return {
    ...costOf(nats, pieces, fed),
    trainedOn: { pieces: train.length, tokens: countTokens(train, fed) },
    orders: model.orders,
  };
}

function sum(values: readonly number[] | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

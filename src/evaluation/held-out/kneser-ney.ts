import { NgramTable } from './kneser-ney-table.js';

export interface KneserNeyOptions {
  /** Tokens are 0 to `vocabularySize - 1`. */
  readonly vocabularySize: number;
  /** Length of the longest n-gram; default 5. */
  readonly order?: number;
  /** Called after each piece with the share of the tokens counted so far. */
  readonly progress?: (share: number) => void;
}

/** Absolute discounts of n-grams with count 1, 2, and 3 or more. */
export type Discounts = readonly [d1: number, d2: number, d3plus: number];

/** One order of the model, unigrams first. */
export interface KneserNeyOrder {
  readonly order: number;
  readonly ngrams: number;
  readonly discounts: Discounts;
  /** Whether the estimate was undefined, so that {@link FALLBACK_DISCOUNTS} are used. */
  readonly fallback: boolean;
}

export interface KneserNey {
  readonly orders: readonly KneserNeyOrder[];
  /** Cross-entropy in nats of each token of a piece except the start token, which is only context. (token - 1) */
  nats(piece: ArrayLike<number>): Float64Array;
  /** Probability of `token` after `context`, the piece's tokens so far, including its start token. */
  probability(context: ArrayLike<number>, token: number): number;
}

/** Used if the discounts are undefined; the same values as KenLM's `--discount_fallback`. */
export const FALLBACK_DISCOUNTS: Discounts = [0.5, 1, 1.5];

const DEFAULT_ORDER = 5;

/**
 * Trains an interpolated modified Kneser-Ney model: Chen and Goodman, "An empirical study of smoothing techniques for language
 * modeling", Computer Speech and Language 13 (1999) 359-394. Pieces have their start token first. It is a symbol of its own
 * here, apart from the same token within a piece, and nothing follows a piece's last token: what is predicted is what a
 * network's held-out figure counts.
 *
 * With c(g) the count of an n-gram g of the highest order, or of a lower one that begins a piece, and for the others the number
 * of different tokens (or the start) seen before it,
 *
 *     p(w | h) = (max(c(hw) - D(c(hw)), 0) + sum over v of D(c(hv)) * p(w | h')) / sum over v of c(hv)
 *
 * where h' is h without its first token, and p(w | h) = p(w | h') where nothing followed h. Below the unigrams stands the
 * uniform distribution over the vocabulary. The discounts of an order, from the numbers n1 to n4 of its n-grams with counts
 * 1 to 4: Y = n1 / (n1 + 2 n2), Dk = k - (k + 1) Y n(k+1) / nk, and D3 for all counts from 3 on. Where n1, n2 or n3 is 0, or a
 * Dk is not above 0 (a token never seen after h could then have probability 0) or is above k, they are undefined: the order
 * takes {@link FALLBACK_DISCOUNTS} for all three and says so.
 */
export function trainKneserNey(
  pieces: readonly ArrayLike<number>[],
  { vocabularySize, order = DEFAULT_ORDER, progress }: KneserNeyOptions,
): KneserNey {
  const tables = count(pieces, order, vocabularySize, progress);
  const levels = tables.map((table) => ({ table, ...discountsOf(table) }));
  const followers = levels.map(({ table, discounts }, index) =>
    followersOf(table, discounts, index === 0 ? 1 : tables[index - 1]!.size),
  );

  /**
   * `history[k]` is the id of the last k tokens, or -1 where they were never seen or reach beyond the start. Returns the
   * probability of `token`, and moves the history on to it.
   */
  function step(history: Int32Array, token: number): number {
    let probability = 1 / vocabularySize;
    let longer = -1;
    for (let k = 0; k < order; k++) {
      const context = history[k]!;
      const found = context < 0 ? -1 : tables[k]!.find(context, token);
      const total = context < 0 ? 0 : followers[k]!.totals[context]!;
      if (total > 0) {
        const seen = found < 0 ? 0 : tables[k]!.counts[found]!;
        const kept = seen - discount(levels[k]!.discounts, seen);
        probability = (kept + followers[k]!.discounted[context]! * probability) / total;
      }
      if (k > 0) history[k] = longer;
      longer = found;
    }
    return probability;
  }

  function start(): Int32Array {
    const history = new Int32Array(order).fill(-1);
    history[0] = 0;
    if (order > 1) history[1] = tables[0]!.find(0, vocabularySize);
    return history;
  }

  return {
    orders: levels.map(({ table, discounts, fallback }, index) => ({
      order: index + 1,
      // The start token is not counted: nothing predicts it.
      ngrams: index === 0 ? table.size - 1 : table.size,
      discounts,
      fallback,
    })),
    nats(piece) {
      const history = start();
      return Float64Array.from(
        { length: piece.length - 1 },
        (_, at) => -Math.log(step(history, piece[at + 1]!)),
      );
    },
    probability(context, token) {
      const history = start();
      for (let at = 1; at < context.length; at++) step(history, context[at]!);
      return step(history, token);
    },
  };
}

/** Counts as defined by {@link trainKneserNey}. The start is a unigram, token `vocabularySize`, with count 0. */
function count(
  pieces: readonly ArrayLike<number>[],
  order: number,
  vocabularySize: number,
  progress: ((share: number) => void) | undefined,
): NgramTable[] {
  const tables = Array.from({ length: order }, () => new NgramTable());
  const start = tables[0]!.add(0, vocabularySize);
  const all = pieces.reduce((sum, { length }) => sum + length, 0);
  // ids[k] is the k-gram that ends at the previous token, previous[k] the one before that; ids[0] is the empty n-gram.
  let previous = new Uint32Array(order + 1);
  let ids = new Uint32Array(order + 1);
  let done = 0;
  for (const piece of pieces) {
    ids[1] = start;
    for (let at = 1; at < piece.length; at++) {
      [previous, ids] = [ids, previous];
      const longest = Math.min(order, at + 1);
      for (let n = 1; n <= longest; n++) {
        const table = tables[n - 1]!;
        const known = table.size;
        const id = table.add(previous[n - 1]!, piece[at]!);
        // A new n-gram adds a distinct token before the (n-1)-gram within it.
        if (id === known && n > 1) tables[n - 2]!.counts[ids[n - 1]!]!++;
        ids[n] = id;
      }
      // The highest order, or an n-gram that begins with the start.
      tables[longest - 1]!.counts[ids[longest]!]!++;
    }
    done += piece.length;
    progress?.(done / all);
  }
  return tables;
}

function discountsOf({ counts, size }: NgramTable): { discounts: Discounts; fallback: boolean } {
  const having = [0, 0, 0, 0, 0];
  for (let id = 0; id < size; id++) if (counts[id]! < having.length) having[counts[id]!]!++;
  const [, n1, n2, n3, n4] = having as [number, number, number, number, number];
  const y = n1 / (n1 + 2 * n2);
  const discounts: Discounts = [1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
  // NaN (0 / 0) fails the comparison too.
  const defined = n1 > 0 && n2 > 0 && n3 > 0 && discounts.every((amount, k) => amount > 0 && amount <= k + 1);
  return { discounts: defined ? discounts : FALLBACK_DISCOUNTS, fallback: !defined };
}

/** For each context of an order: the sum of its n-grams' counts, and of their discounts. */
function followersOf({ contexts, counts, size }: NgramTable, discounts: Discounts, contextCount: number) {
  const totals = new Uint32Array(contextCount);
  const discounted = new Float64Array(contextCount);
  for (let id = 0; id < size; id++) {
    totals[contexts[id]!]! += counts[id]!;
    discounted[contexts[id]!]! += discount(discounts, counts[id]!);
  }
  return { totals, discounted };
}

function discount(discounts: Discounts, count: number): number {
  return count === 0 ? 0 : discounts[Math.min(count, 3) - 1]!;
}

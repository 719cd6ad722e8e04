import { ContinuoError } from '../../../errors.js';
import { TICKS_PER_BEAT } from '../codec/grid.js';
import { type DrumHead, tickOf } from '../codec/head.js';
import { CLASSES } from '../codec/kit.js';
import { FIRST } from '../codec/vocabulary.js';

/** Parts of a bar that are told apart. */
const PARTS = 4;
const HITS = 1 << CLASSES.length;
/** Larger odds are a mistake. */
const MOST = 10;

/**
 * A network that is told of a fill plays too little of it. How much likelier each class is in the fills of people than in its own, for each
 * quarter of a bar, in natural logarithms, the model's folder says: (class, quarter).
 */
export class FillOdds {
  /** (quarter, hits) */
  readonly #bias: readonly Float32Array[];

  constructor(odds: readonly (readonly number[])[]) {
    this.#bias = Array.from({ length: PARTS }, (_, part) =>
      Float32Array.from({ length: HITS }, (_, hits) =>
        odds.reduce(
          // The first class is the most significant digit.
          (sum, byPart, kind) =>
            sum + (((hits >> (CLASSES.length - 1 - kind)) & 1) === 1 ? byPart[part]! : 0),
          0,
        ),
      ),
    );
  }

  /** Adds to `logits` (token) where a fill is played; returns whether it added anything. null: nobody plays. */
  bias(logits: Float32Array, position: DrumHead | null): boolean {
    if (position === null || !position.fill || position.expects !== 'HITS') return false;
    const place = (tickOf(position) - position.bar) / (position.beats * TICKS_PER_BEAT);
    const bias = this.#bias[Math.min(PARTS - 1, Math.floor(place * PARTS))]!;
    for (let hits = 0; hits < HITS; hits++) logits[FIRST.HITS + hits]! += bias[hits]!;
    return true;
  }
}

/** How much likelier a crash is on the first beat after a fill than in the network alone, in nats. */
const CRASH_AFTER_FILL = 3;
const CRASH_BIT = 1 << (CLASSES.length - 1 - CLASSES.indexOf('crash'));

/** Makes a crash likelier on the first step after a fill; returns whether it added anything to `logits` (token). */
export function biasAfterFill(logits: Float32Array, position: DrumHead | null): boolean {
  if (position === null || !position.filled || position.expects !== 'HITS') return false;
  if (tickOf(position) !== position.bar) return false;
  for (let hits = 0; hits < HITS; hits++)
    if ((hits & CRASH_BIT) !== 0) logits[FIRST.HITS + hits]! += CRASH_AFTER_FILL;
  return true;
}

/** What a model's folder says of fills; null where it says nothing. Throws MODEL_BROKEN. */
export function parseFillOdds(said: unknown): FillOdds | null {
  if (said === undefined) return null;
  if (isTable(said)) return new FillOdds(said);
  throw new ContinuoError(
    'MODEL_BROKEN',
    `fillOdds: expected ${CLASSES.length} lists of ${PARTS} numbers from -${MOST} to ${MOST} (class, quarter of a bar), got ${JSON.stringify(said).slice(0, 60)}.`,
  );
}

function isTable(said: unknown): said is readonly (readonly number[])[] {
  const isOdds = (value: unknown) => typeof value === 'number' && Math.abs(value) <= MOST;
  const isRow = (row: unknown) => Array.isArray(row) && row.length === PARTS && row.every(isOdds);
  return Array.isArray(said) && said.length === CLASSES.length && said.every(isRow);
}

import { fnv1a64 } from '../../codec/hash.js';
import { ContinuoError } from '../../errors.js';
import type { DatasetPiece } from '../dataset/read-dataset.js';

/** A piece before the split into training and held-out pieces. */
export interface LoosePiece extends DatasetPiece {
  /** Pieces of one family (settings of one tune) are never split. */
  readonly family: string;
}

export interface HeldOutPieces {
  readonly train: readonly DatasetPiece[];
  readonly valid: readonly DatasetPiece[];
  /** How the pieces were split, in words. */
  readonly split: string;
  /** Pieces that were left out, because another has the same tokens. */
  readonly copies: number;
}

/** One family in so many is held out. */
const HELD_OUT = 10;
/** Least tokens of a piece that can be learnt from or measured. */
const LEAST_TRAIN = 200;
const LEAST_VALID = 20;

/**
 * Splits pieces by family into those to train on and those held out; the split depends on their names alone. Of a single piece, the last
 * tenth is held out. Throws DATASET_EMPTY where there is too little.
 */
export function holdOut(loose: readonly LoosePiece[]): HeldOutPieces {
  const pieces = withoutCopies(loose);
  const families = [...new Set(pieces.map(({ family }) => family))].sort((a, b) =>
    fnv1a64(`hold out ${a}`) < fnv1a64(`hold out ${b}`) ? -1 : 1,
  );
  const parted =
    families.length > 1
      ? byFamily(pieces, new Set(families.slice(0, Math.ceil(families.length / HELD_OUT))))
      : byTime(pieces);
  requireEnough(parted.train, LEAST_TRAIN, 'train on');
  requireEnough(parted.valid, LEAST_VALID, 'hold out');
  return { ...parted, copies: loose.length - pieces.length };
}

function withoutCopies(pieces: readonly LoosePiece[]): LoosePiece[] {
  const seen = new Map(pieces.toReversed().map((piece) => [piece.tokens.join(), piece]));
  return pieces.filter((piece) => seen.get(piece.tokens.join()) === piece);
}

function byFamily(pieces: readonly LoosePiece[], out: ReadonlySet<string>) {
  return {
    train: pieces.filter(({ family }) => !out.has(family)),
    valid: pieces.filter(({ family }) => out.has(family)),
    split: `by piece, those of one title together: one in ${HELD_OUT} held out`,
  };
}

function byTime(pieces: readonly LoosePiece[]) {
  const cut = (piece: LoosePiece, share: 'first' | 'last') => {
    const at = Math.ceil(piece.tokens.length * (1 - 1 / HELD_OUT));
    const tokens =
      share === 'first'
        ? piece.tokens.slice(0, at)
        : Uint32Array.from([piece.tokens[0]!, ...piece.tokens.subarray(at)]);
    const part = tokens.length / piece.tokens.length;
    return {
      ...piece,
      tokens,
      notes: Math.round(piece.notes * part),
      seconds: piece.seconds * part,
    };
  };
  return {
    train: pieces.map((piece) => cut(piece, 'first')),
    valid: pieces.map((piece) => cut(piece, 'last')),
    split: 'within the one piece that there is: its last tenth held out',
  };
}

function requireEnough(pieces: readonly DatasetPiece[], least: number, what: string): void {
  const tokens = pieces.reduce((sum, piece) => sum + piece.tokens.length - 1, 0);
  if (tokens >= least) return;
  throw new ContinuoError(
    'DATASET_EMPTY',
    `Expected music to ${what} of ${least} tokens or more (a note takes two to four), but there are ${tokens}, in ${pieces.length} ${pieces.length === 1 ? 'piece' : 'pieces'}.`,
    'Give more music: some ten minutes of playing, or twenty tunes, is the least that teaches anything.',
  );
}

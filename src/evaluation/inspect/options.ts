import type { PieceOptions } from './open-piece.js';

export interface InspectOptions extends PieceOptions {
  /** Most tokens that are looked at, from the beginning. */
  readonly most: number;
  /** Choices that are named for each token. */
  readonly choices: number;
  /** Shuffled pieces by which knowledge is told from chance. */
  readonly shuffles: number;
  /** Units that are named for each feature. */
  readonly best: number;
  readonly seed: number;
}

export const INSPECT_DEFAULTS = {
  ...{ most: 1500, choices: 5, shuffles: 100, best: 5, seed: 1 },
  ...{ engine: 'kernel', precision: 'int8' },
} as const satisfies Omit<InspectOptions, 'path'>;

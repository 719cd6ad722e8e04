import type { Dropped } from '../../../music/abc/dropped.js';
import type { Tune } from '../../../music/abc/tune.js';

/** A tune as read from ABC. */
export interface ReadPiece {
  readonly tune: Tune;
  /** Notation that the reader did not keep. */
  readonly dropped: Dropped;
}

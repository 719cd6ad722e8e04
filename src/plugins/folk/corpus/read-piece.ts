import type { Dropped } from '../../../music/abc/dropped.js';
import type { Tune } from '../../../music/abc/tune.js';

/** A tune as it was read. */
export interface ReadPiece {
  readonly tune: Tune;
  /** What of it the reader did not keep. */
  readonly dropped: Dropped;
}

import type { Meter } from '../tune.js';

/** Rhythm statistics for the tunes of one meter, as costs in tenths of a nat. */
export interface RhythmTable {
  readonly meter: Meter;
  readonly prior: number;
  /** Cost of a pickup of each length. (sixteenths) */
  readonly pickups: readonly number[];
  /** Cost of a note. (place in the bar x length class) `last` is the same for the last note. */
  readonly notes: readonly number[];
  readonly last: readonly number[];
}

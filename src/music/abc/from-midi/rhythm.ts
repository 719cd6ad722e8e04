import type { Meter } from '../tune.js';

/** What the tunes of a meter are like: costs in tenths of a nat. */
export interface RhythmTable {
  readonly meter: Meter;
  readonly prior: number;
  /** (sixteenths) */
  readonly pickups: readonly number[];
  /** Of a note. (place in the bar, length class) */
  readonly notes: readonly number[];
  readonly last: readonly number[];
}

import type { Note } from '../note.js';
import type { Seconds, Velocity } from '../units.js';

/** A note as the tracker hears it. */
export interface StruckNote extends Pick<Note, 'start' | 'pitch'> {
  readonly velocity?: Velocity;
}

/** Notes that begin together. */
export interface Onset {
  readonly time: Seconds;
  readonly notes: number;
  readonly lowest: number;
  /** Whether it is a bass onset: no note as low came shortly before. */
  readonly low: boolean;
  /** The kinds of drums that these keys strike in a kit, a bit each; 0 where one of them is none. */
  readonly drums: number;
}

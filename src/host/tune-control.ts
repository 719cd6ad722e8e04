import type { Note } from '../music/note.js';
import type { TuneSettings } from '../plugin/tune-options.js';

/** A tune, how it was made, and how it sounds. */
export interface TuneAnswer {
  /** What `continuo generate folk` prints for the same settings and seed. */
  readonly abc: string;
  readonly title: string;
  /** With the seed, which was drawn where none was asked for. */
  readonly settings: TuneSettings & { readonly seed: number };
  readonly model: { readonly id: string; readonly hash: string };
  /** The longest run of notes that it shares with a tune that the network has learnt from; absent where nobody knows. */
  readonly sharedRun?: { readonly notes: number; readonly title: string; readonly book: string } | null;
  /** As it is played, repeats and all; times in seconds. */
  readonly notes: readonly Note[];
  /** Quarter notes a minute. */
  readonly bpm: number;
}

/** Tunes on demand, as the server sees it; the network behind it lives in a worker. */
export interface TuneControl {
  /**
   * Makes one tune; several at once wait for each other. Throws OPTION_VALUE, PARAM_VALUE, what loading a model throws,
   * TUNE_BUSY (too many wait) and ENGINE_CRASHED.
   */
  make(settings: TuneSettings): Promise<TuneAnswer>;
  close(): Promise<void>;
}

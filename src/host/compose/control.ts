import type { Note } from '../../music/note.js';
import type { TuneSettings } from '../../plugins/folk/compose/tune-options.js';

/** What becomes of a tune that is given. Bars are named as on the command line: `3-4,7`, `B`. */
export type TuneChange =
  | { readonly type: 'redo'; readonly bars: string }
  | { readonly type: 'keep'; readonly bars: string }
  | { readonly type: 'vary' }
  /** Its beginning, up to the end of the bar of that number, or all of it, is gone on from. */
  | { readonly type: 'goOn'; readonly after?: number };

/** A tune to be made, of nothing or of the first tune of an ABC text; or such a tune to be read alone. */
export type TuneTask =
  | {
      readonly type: 'make';
      readonly settings: TuneSettings;
      readonly from?: { readonly abc: string; readonly change: TuneChange };
    }
  | { readonly type: 'read'; readonly abc: string };

/** How a tune was made. */
interface TuneMade {
  /** With the seed, which was drawn where none was asked for. */
  readonly settings: TuneSettings & { readonly seed: number };
  readonly model: { readonly id: string; readonly hash: string };
  /** Mean probability that the network gave to what was forbidden, a token. */
  readonly cut: number;
  /** Share of the tokens of the music that were the only ones allowed. */
  readonly forced: number;
  /** Whether some bars alone are new: what is said here is of these. */
  readonly inPart: boolean;
  /** What the critic says of the whole tune: what is good, what is not; absent where the model has none. */
  readonly why?: readonly { readonly good: boolean; readonly text: string }[];
  /** The longest run that it shares with a tune that the network has learnt from; absent where nobody knows. */
  readonly sharedRun?: { readonly notes: number; readonly title: string; readonly book: string } | null;
}

/** A tune, and how it sounds. */
export interface TuneAnswer {
  /** Of a tune that was made: what `continuo generate folk` prints for the same settings and seed. */
  readonly abc: string;
  readonly title: string;
  /** As they are written, in order; number 0: a pickup. Empty where the tune's bars cannot be told apart. */
  readonly bars: readonly { readonly number: number; readonly part: string }[];
  /** As it is played, repeats and all; times in seconds. */
  readonly notes: readonly Note[];
  /** Quarter notes a minute. */
  readonly bpm: number;
  /** The MIDI file, base64. */
  readonly midi: string;
  /** What a tune that was given has lost, and how often: graces, ornaments … */
  readonly lost: Readonly<Record<string, number>>;
  readonly made?: TuneMade;
}

/** A tune that is being made. */
export interface TuneSoFar {
  /** Its bars so far, of the first candidate alone. */
  readonly abc?: string;
  /** Candidates that are whole. */
  readonly candidates: number;
}

export interface TuneWatch {
  /** Ends the making at once; the promise is then rejected with its reason. */
  readonly signal?: AbortSignal;
  /** Some ten times a second at most. */
  readonly grows?: (soFar: TuneSoFar) => void;
}

/** Tunes on demand, as the server sees it; the network behind it lives in a worker. */
export interface TuneControl {
  /**
   * Makes or reads one tune; several at once wait for each other. Throws OPTION_VALUE, PARAM_VALUE, ABC_NO_TUNE, ABC_TUNE,
   * TUNE_BARS, TUNE_COPIES, what loading a model throws, TUNE_BUSY (too many wait) and ENGINE_CRASHED.
   */
  make(task: TuneTask, watch?: TuneWatch): Promise<TuneAnswer>;
  close(): Promise<void>;
}

import type { Seconds } from '../../../music/units.js';
import type { EarlierMusic } from '../../sessions/control.js';
import type { ResumeFrom } from '../../states/saved-state.js';
import type { TakeSummary } from './summary.js';
import type { TakeEvent } from './turns.js';

/** A take in a list, for clients of the host: they need not know where its files lie. */
export type ListedTake = Omit<TakeSummary, 'folder'>;

/** A part of the list of takes, the latest first. */
export interface TakesListed {
  readonly takes: readonly ListedTake[];
  /** Whether there are earlier ones. */
  readonly more: boolean;
}

/** One who plays in a take. */
export interface TakePart {
  readonly name: string;
  readonly voice: 'player' | 'model';
  /** The member of a band; absent for the player and the first. */
  readonly member?: string;
  /** MIDI channel, 1 to 16. */
  readonly channel: number;
  /** General MIDI program, 1 to 128. */
  readonly program?: number;
  readonly notes: number;
}

/** What a take is and what happened in it. */
export interface ShownTake {
  readonly take: ListedTake;
  /** Session times of the first beginning and the last end of a note; both 0 where there are none. */
  readonly from: Seconds;
  readonly until: Seconds;
  /** What is missing of its music, and why. */
  readonly missing: readonly string[];
  readonly parts: readonly TakePart[];
  /** Its turns and commands; of very many only the first. */
  readonly events: readonly TakeEvent[];
}

/** A note of a take; `part` is an index into {@link ShownTake.parts}. Times are session times. */
export interface TakeNote {
  readonly part: number;
  readonly pitch: number;
  readonly velocity: number;
  readonly start: Seconds;
  readonly end: Seconds;
}

/** The music of a stretch of time. */
export interface TakePage {
  /** Notes that begin in it, in order of their beginnings. */
  readonly notes: readonly TakeNote[];
  readonly pedal: readonly { readonly part: number; readonly time: Seconds; readonly down: boolean }[];
  /** From where the next page goes on; null after the last. */
  readonly next: Seconds | null;
}

/** What clients fetch takes as; sound they render themselves. */
export type FileFormat = 'mid' | 'abc';

/** A take as a file. */
export interface TakeFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** The takes of a host, for the server. Takes are named by their ids. All may throw TAKE_UNKNOWN. */
export interface TakesControl {
  /** At most `most` takes, the latest first, of those before the take `before`. `deleted`: those in the trash. */
  list(asked: {
    readonly most: number;
    readonly before?: string;
    readonly deleted?: boolean;
  }): Promise<TakesListed>;
  show(id: string): Promise<ShownTake>;
  /** The music from a session time on, as much as fits a page. */
  page(id: string, from: Seconds): Promise<TakePage>;
  /** Throws TAKE_EMPTY. */
  file(id: string, format: FileFormat): Promise<TakeFile>;
  /** Throws TAKE_NAME. */
  rename(id: string, name: string): Promise<void>;
  /** Moves a take to the trash. Throws TAKE_BUSY. */
  remove(id: string): Promise<void>;
  /** Brings a take back from the trash. */
  restore(id: string): Promise<void>;
}

/** What sessions go on from that were played in other processes. Takes are named by their ids. All may throw TAKE_UNKNOWN. */
export interface ResumableTakes {
  /** Throws STATE_OTHER, TAKE_BUSY and what reading it throws. */
  stateOf(id: string): Promise<ResumeFrom>;
  /** The music of a take before `until`, and of those that it goes on from. */
  earlier(id: string, until: Seconds): Promise<EarlierMusic>;
}

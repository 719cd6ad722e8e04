import type { Seconds } from '../../../music/units.js';
import type { SessionEvent } from '../../../session/events.js';
import type { TakeRecord } from '../../../session/take.js';
import type { ErrorReport } from '../../error-report.js';

export type NotationEvent = Extract<SessionEvent, { type: 'notation' }>;

/** What a session's notation begins with. */
export interface NotationStart {
  /** The plugin, by id or path. */
  readonly plugin: string;
  /** How the music is made, as written into the book. */
  readonly provenance: string;
  /** The member of a band whose music it is; absent: the first, or the only one. */
  readonly member?: string | undefined;
}

/** I/O thread -> notation worker, about the notation of one session. `open` comes first, `end` last. */
export type ToNotation =
  | { readonly type: 'open'; readonly start: NotationStart }
  | {
      readonly type: 'heard';
      readonly time: Seconds;
      readonly events: readonly SessionEvent[];
      readonly records: readonly TakeRecord[];
    }
  | { readonly type: 'book' }
  | { readonly type: 'end' };

/** Notation worker -> I/O thread, about the notation of one session. */
export type FromNotation =
  | NotationEvent
  | { readonly type: 'book'; readonly abc: string }
  | { readonly type: 'failed'; readonly error: ErrorReport };

export interface NotationMessage<Told> {
  readonly notation: number;
  readonly told: Told;
}

/** Start data of the notation worker. */
export interface NotationWorkerStart {
  /** One Int32: number of messages handled so far. */
  readonly handled: SharedArrayBuffer;
}

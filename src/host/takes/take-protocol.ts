import type { Seconds } from '../../music/units.js';
import type { SessionEvent } from '../../session/events.js';
import type { TakeRecord } from '../../session/take.js';
import type { SavedState } from '../states/saved-state.js';
import type { TakeHeader } from './header.js';
import type { TakeState } from './take-writer.js';

/** What a take begins with. */
export interface TakeStart {
  /** The folder that takes are written into. */
  readonly parent: string;
  readonly header: TakeHeader;
  /** What the session goes on from; absent where it begins from zero. */
  readonly from?: SavedState;
  /** The machine's monotonic clock at session time 0. */
  readonly zero: Seconds;
}

/** I/O thread -> take worker, about one take. `open` comes first. */
export type ToTakeWorker =
  | { readonly type: 'open'; readonly start: TakeStart }
  | {
      readonly type: 'add';
      readonly events: readonly SessionEvent[];
      readonly records: readonly TakeRecord[];
    }
  /** How the session stood before the last `since` records, without the tokens. */
  | { readonly type: 'stands'; readonly state: SavedState; readonly since: number }
  /** A moment that records may go back to. */
  | { readonly type: 'moment'; readonly id: string; readonly state: SavedState }
  /** No record will go back to a moment. */
  | { readonly type: 'dropMoment'; readonly id: string }
  /** `books`: music as ABC, by the name of its file. */
  | { readonly type: 'close'; readonly books: Readonly<Record<string, string>> };

/** Take worker -> I/O thread, about one take. */
export type FromTakeWorker =
  | { readonly type: 'state'; readonly state: TakeState }
  /** This take can be written no longer, because of an error of the program; the others can. */
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'closed' };

export interface TakeMessage<Told> {
  readonly take: number;
  readonly told: Told;
}

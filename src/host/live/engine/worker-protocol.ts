import type { MidiMessage, PortId } from '../../../midi/index.js';
import type { PerformanceEvent } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import type { Checkpoint, SessionStart } from '../../../session/checkpoint.js';
import type { Mode, SessionCommand } from '../../../session/commands.js';
import type { SessionEvent } from '../../../session/events.js';
import type { TakeRecord } from '../../../session/take.js';
import type { ErrorReport } from '../../error-report.js';
import type { Setup } from '../../models/assemble.js';
import type { Lent } from '../ports/own-port/lent-port.js';

/** What a session's worker is started with. */
export interface WorkerStart {
  readonly setup: Setup;
  /** The reading of the machine's monotonic clock that is the session's time 0. */
  readonly zero: Seconds;
  /** MIDI channel of the model's notes, 0 to 15. */
  readonly channel: number;
  /** Ids of notes count up from here: no two engines of a session give the same. */
  readonly firstId: number;
  /** Two Int32: {@link BELL} and {@link BEATS}. */
  readonly bell: SharedArrayBuffer;
  /** Of the {@link SentLog}. */
  readonly sent: SharedArrayBuffer;
}

/** Counted up and notified whenever a message has been posted, since the worker sleeps in Atomics.wait. */
export const BELL = 0;
/** Counted up by the worker at each turn and step: it lives. */
export const BEATS = 1;

/** I/O thread -> worker. */
export type ToWorker =
  /** The session begins; said once, after the worker is ready, and before anything else. */
  | (SessionStart & { readonly type: 'begin'; readonly mode: Mode; readonly time: Seconds })
  | { readonly type: 'input'; readonly event: PerformanceEvent }
  /** What a player moved beside keys: goes on to the output where the player's notes do. */
  | { readonly type: 'moved'; readonly message: MidiMessage }
  | { readonly type: 'command'; readonly command: SessionCommand; readonly time: Seconds }
  | { readonly type: 'hold'; readonly held: boolean; readonly time: Seconds }
  /** `again`: the port in use went away; it is let go of without a word, and the music goes on. `lent`: the port, where we hold it. */
  | {
      readonly type: 'output';
      readonly name: string | null;
      readonly request: number;
      readonly again: boolean;
      readonly lent: Lent | null;
    }
  /** `takeEnds`: no other session goes on in the same take. */
  | { readonly type: 'close'; readonly takeEnds: boolean };

/** The request of an `output` that nobody asked for: the port in use takes no more messages. */
export const LOST = -1;

/** Worker -> I/O thread. */
export type FromWorker =
  /** The plugin's code is about to be loaded, in the thread with this number of the system's; it is loaded. */
  | { readonly type: 'loading'; readonly thread: number | null }
  | { readonly type: 'loaded' }
  | {
      readonly type: 'ready';
      readonly loadSeconds: Seconds;
      /** The system's number of the worker's thread; null where it does not say. */
      readonly thread: number | null;
      readonly modelHash: string;
      /** 16 hex digits: which code the plugin has. */
      readonly code: string;
      /** `name`: its id and vocabulary. */
      readonly codec: { readonly name: string; readonly startToken: number };
      /** Whether the plugin writes the music down. */
      readonly notation: boolean;
      /** Whether the model follows the player's beats, which can be told. */
      readonly countsBeats: boolean;
    }
  /** The session came to an end by an error. */
  | { readonly type: 'died'; readonly error: ErrorReport }
  | { readonly type: 'failed'; readonly error: ErrorReport }
  | {
      readonly type: 'batch';
      readonly events: readonly SessionEvent[];
      readonly records: readonly TakeRecord[];
    }
  /** Another session could go on from here. */
  | { readonly type: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly type: 'refused'; readonly error: ErrorReport }
  | {
      readonly type: 'output';
      /** Of the {@link ToWorker} that it answers; LOST where the port in use failed. */
      readonly request: number;
      readonly name: string | null;
      readonly id: PortId | null;
      readonly error?: ErrorReport;
    }
  /** `checkpoint`: how the session stood when it was stopped; null where it had not begun. */
  | { readonly type: 'closed'; readonly checkpoint: Checkpoint | null };

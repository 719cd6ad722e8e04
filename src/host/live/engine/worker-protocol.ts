import type { MidiMessage, PortId } from '../../../midi/index.js';
import type { PerformanceEvent } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import type { PluginVoice } from '../../../plugin/live.js';
import type { MemberStands } from '../../../session/band-parts.js';
import type { Checkpoint, Resumption, SessionStart } from '../../../session/checkpoint.js';
import type { Mode, SessionCommand } from '../../../session/commands.js';
import type { SessionEvent } from '../../../session/events.js';
import type { TakeRecord } from '../../../session/take.js';
import type { ErrorReport } from '../../error-report.js';
import type { Setup } from '../../models/open-host-performer.js';
import type { Tail } from '../../states/tail.js';
import type { WatchedNetwork } from '../network/views.js';
import type { Lent } from '../ports/own-port/lent-port.js';

/** What a session in a worker begins with. */
export interface WorkerStart {
  readonly setup: Setup;
  /** Reading of the monotonic clock at session time 0. */
  readonly zero: Seconds;
  /** MIDI channel of the model's notes, 0 to 15. */
  readonly channel: number;
  /** The places of the members whose plugins did not come with the program, 0 for the first. */
  readonly foreign: readonly number[];
  /** The first note id; engines of one session use disjoint ranges. */
  readonly firstId: number;
  /** It shares plugins and models with other sessions of the worker; else the worker is its own. */
  readonly shared: boolean;
  /** The buffer of the {@link SentLog}. */
  readonly sent: SharedArrayBuffer;
  /** The buffer of the {@link Permit}; absent: it may play for as long as it likes. */
  readonly permit?: SharedArrayBuffer;
}

/** An instrument, with the MIDI channel on which it sounds, 1 to 16. */
export interface SoundingVoice {
  readonly id: string;
  readonly name: string;
  readonly channel: number;
  readonly program?: number;
}

/** A further member of a band that is loaded. */
export interface ReadyMember {
  readonly id: string;
  readonly pluginVersion: string;
  readonly modelHash: string;
  readonly codec: { readonly name: string; readonly startToken: number };
  readonly voices: readonly SoundingVoice[];
  readonly network: WatchedNetwork;
  /** Whether the plugin writes notation. */
  readonly notation: boolean;
}

/** Index of the bell: incremented and notified after each posted message, since the worker sleeps in Atomics.wait. */
export const BELL = 0;
/** Index of the heartbeat: incremented by the worker at each turn and step. */
export const BEATS = 1;
/** Index of the member whose plugin's code runs, or ran last: its place in the band, 0 for the first or only one. */
export const RUNNING = 2;
/** Index of the session that runs, or ran last: its number in the worker. */
export const SEAT = 3;
export const BELL_WORDS = 4;

/** A moment that can be gone back to. `own`: it is of this very session. */
export interface ToldMoment {
  readonly id: string;
  readonly own: boolean;
  readonly of: readonly { readonly member?: string | undefined; readonly resumption: Resumption }[];
}

/** I/O thread -> worker. */
export type ToWorker =
  /** Starts the session; sent once, after `ready` and before anything else. */
  | (SessionStart & {
      readonly type: 'begin';
      readonly mode: Mode;
      readonly time: Seconds;
      /** How the further members of a band start, in the order of the setup. */
      readonly others: readonly (SessionStart & { readonly id: string; readonly mode: Mode })[];
      /** What it does again before it goes on; absent: nothing. */
      readonly tail?: Tail;
      /** The moments that are gone back to in that. */
      readonly moments?: readonly ToldMoment[];
    })
  | { readonly type: 'input'; readonly event: PerformanceEvent }
  /** A player's controller message, forwarded to the output where the player's notes are. */
  | { readonly type: 'moved'; readonly message: MidiMessage }
  | { readonly type: 'command'; readonly command: SessionCommand; readonly time: Seconds }
  | { readonly type: 'hold'; readonly held: boolean; readonly time: Seconds }
  /** From now on it says with each checkpoint what can be taken back, and how it stands at once; or no more. */
  | { readonly type: 'follow'; readonly follows: boolean }
  /** A moment that the command `recall`, which comes next, goes back to. */
  | (ToldMoment & { readonly type: 'moment' })
  /**
   * `again`: the port in use went away; it is dropped without a message, and the music goes on. `lent`: the port, where the I/O
   * side holds it.
   */
  | {
      readonly type: 'output';
      readonly name: string | null;
      readonly request: number;
      readonly again: boolean;
      readonly lent: Lent | null;
    }
  /** `takeEnds`: no other session continues the take. */
  | { readonly type: 'close'; readonly takeEnds: boolean };

/** Request number of an unsolicited `output`: the port in use failed. */
export const LOST = -1;

/** Worker -> I/O thread. */
export type FromWorker =
  /** The plugin's code is about to load in the thread with this system id; `loaded` follows. */
  | { readonly type: 'loading'; readonly thread: number | null; readonly member: number }
  | { readonly type: 'loaded'; readonly member: number }
  | {
      readonly type: 'ready';
      readonly loadSeconds: Seconds;
      /** The system's id of the worker's thread; null where it is not known. */
      readonly thread: number | null;
      readonly modelHash: string;
      /** Hash of the plugin's code, 16 hex digits. */
      readonly code: string;
      /** `name`: the codec's id and vocabulary. */
      readonly codec: { readonly name: string; readonly startToken: number };
      /** Whether the plugin writes notation. */
      readonly notation: boolean;
      /** Whether the model follows the player's beats, so that tapping helps. */
      readonly countsBeats: boolean;
      /** What the network does, for who looks. */
      readonly network: WatchedNetwork;
      /** The plugin's instruments. */
      readonly voices: readonly PluginVoice[];
      /** The same with their channels; the plugin itself where it names none. */
      readonly sounding: readonly SoundingVoice[];
      /** The further members of a band, in the order of the setup. */
      readonly others: readonly ReadyMember[];
    }
  /** The session ended with an error. */
  | { readonly type: 'died'; readonly error: ErrorReport }
  | { readonly type: 'failed'; readonly error: ErrorReport }
  | {
      readonly type: 'batch';
      readonly events: readonly SessionEvent[];
      readonly records: readonly TakeRecord[];
    }
  /** A checkpoint that another session could resume from. `records`: how many it had recorded before. */
  | {
      readonly type: 'checkpoint';
      readonly checkpoint: Checkpoint;
      readonly member?: string | undefined;
      readonly records: number;
    }
  /** How all members stood at one time, not one of the checkpoints' times. */
  | { readonly type: 'stands'; readonly of: readonly MemberStands[]; readonly records: number }
  /** The moment that the command `keep` kept, after all that came before it; empty where it cannot be posted. */
  | {
      readonly type: 'kept';
      readonly id: string;
      readonly of: readonly { readonly member?: string | undefined; readonly checkpoint: Checkpoint }[];
    }
  | { readonly type: 'refused'; readonly error: ErrorReport }
  | {
      readonly type: 'output';
      /** Number of the request; LOST where the port in use failed. */
      readonly request: number;
      readonly name: string | null;
      readonly id: PortId | null;
      readonly error?: ErrorReport;
    }
  /** `checkpoint`: the state when the session was stopped; null where it had not begun. */
  | { readonly type: 'closed'; readonly checkpoint: Checkpoint | null };

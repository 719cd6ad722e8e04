import type { StreamSnapshot, TurnKind } from '../codec/codec.js';
import type { PortableSnapshot } from '../model/engine.js';
import type { GivenPulse } from '../music/beats/tracker.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds } from '../music/units.js';
import type { ParamValue } from '../plugin/params.js';
import type { Mode } from './commands.js';
import type { SessionPhase } from './events.js';

/** What a session at a checkpoint has beside stream and network, as plain data: with it, another session is the same one from there on. */
export interface TurnState {
  readonly mode: Mode;
  readonly values: Readonly<Record<string, ParamValue>>;
  readonly phase: SessionPhase;
  readonly held: boolean;
  readonly muted: boolean;
  /** When the model starts again by itself in solo; null where it does not. */
  readonly soloResumesAt: Seconds | null;
  /** What was said last of the phase, so that it is not said twice. */
  readonly announced: string;
  readonly phrase: PhraseState;
  readonly heard: HeardState;
  readonly history: HistoryState;
  /** The turn of the model that is under way; null where none is. */
  readonly model: ModelTurnState | null;
  /** How many random numbers of the branch are used up. */
  readonly drawn: number;
  /** Notes of the model that sound. */
  readonly sounding: readonly NoteState[];
  /** Ids of the keys that the player holds. */
  readonly keys: readonly (readonly [Pitch, number])[];
  /** The next note's id. */
  readonly nextId: number;
  /** Beats that were tapped or clocked, and those that another member of the band shares. */
  readonly pulse: GivenPulse | null;
  readonly shared: GivenPulse | null;
  readonly metronome: MetronomeState;
  /** Id of the moment that is gone back to when the turn or phrase is over. */
  readonly recallsNext: string | null;
  /** Of the first member of a band: what the band has. */
  readonly band?: BandState;
}

/** What is known of the player's phrase. */
export interface PhraseState {
  readonly held: readonly Pitch[];
  readonly pedal: boolean;
  readonly began: Seconds | null;
  readonly lastEvent: Seconds;
  readonly lastOnset: Seconds | null;
  readonly intervals: readonly Seconds[];
}

/** What is heard of the other members of a band. */
export interface HeardState {
  /** Who holds which pitch. */
  readonly holders: readonly (readonly [Pitch, readonly string[]])[];
  /** Notes that sound of members whom one plays along with. */
  readonly led: readonly string[];
  /** When such a member last began or ended a note; null: never. */
  readonly last: Seconds | null;
}

/** A moment that can be gone back to, with the network's state as plain data. */
export interface MarkState {
  readonly position: number;
  readonly head: Seconds;
  readonly state: PortableSnapshot;
  readonly logits: Float32Array; // (class)
  readonly stream: StreamSnapshot;
}

/** What can be taken back, or sampled anew. Empty where nobody asked for it: a mark is some 20 kB. */
export interface HistoryState {
  readonly exchanges: readonly { readonly mark: MarkState; readonly time: Seconds }[];
  readonly reply: {
    /** null: it is not kept. */
    readonly mark: MarkState | null;
    readonly time: Seconds;
    readonly length: Seconds | null;
  } | null;
}

/** A turn of the model, as {@link ModelTurn} has it. */
export interface ModelTurnState {
  readonly span: {
    readonly kind: TurnKind;
    readonly endsAt: Seconds | null;
    readonly closesAt: Seconds | null;
  };
  readonly endsAt: Seconds | null;
  readonly closesAt: Seconds | null;
  readonly closed: boolean;
  readonly exact: boolean;
  readonly beganAt: Seconds;
  /** null: the model does not return to the start of the turn, or it is not kept. */
  readonly startMark: MarkState | null;
}

/** A note of the model that sounds. */
export interface NoteState {
  readonly id: number;
  readonly pitch: Pitch;
  readonly part?: string;
}

/** What the metronome counts. */
export interface MetronomeState {
  readonly pulse: {
    readonly time: Seconds;
    readonly at: number;
    readonly beat: Seconds;
    readonly bar: number;
  } | null;
  readonly from: Seconds;
  /** Time of the last click; null: there was none. */
  readonly last: Seconds | null;
  /** Clicks that were said and have not sounded, and how many there were. */
  readonly ahead: readonly { readonly time: Seconds; readonly accent: boolean }[];
}

/** What a band has beside its members. */
export interface BandState {
  /** Notes that are not heard yet, and when they will be. */
  readonly due: readonly { readonly event: NoteChange; readonly from: string; readonly leads: boolean }[];
  readonly heardAt: Seconds | null;
  readonly marked: Seconds | null;
  readonly recallsNext: string | null;
  /** Who shares which beats. */
  readonly pulse: {
    readonly from: string;
    readonly pulse: GivenPulse;
    readonly heard: GivenPulse;
    readonly toldAt: Seconds;
  } | null;
  /** Notes of each member that sound for the others. */
  readonly notes: readonly (readonly [member: string, readonly (readonly [id: number, NoteChange])[]])[];
  /** Members that failed too often and play no more. */
  readonly out: readonly string[];
}

/** A note begins or ends. */
type NoteChange = Exclude<PerformanceEvent, { readonly type: 'pedal' }>;

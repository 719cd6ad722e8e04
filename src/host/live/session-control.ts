import type { PerformanceEvent } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import type { ParamSpecs, ParamValue } from '../../plugin/params.js';
import type { Mode, SessionCommand } from '../../session/commands.js';
import type { SessionEvent, SessionPhase } from '../../session/events.js';
import type { NetworkChoice, NetworkView } from './network/view.js';
import type { PortsTaken } from './ports/shared-ports.js';
import type { SnapshotsControl } from './snapshots/control.js';
import type { Undoable } from './undo/undo-stack.js';

/** Something that a user can choose by id. */
export interface Choice {
  readonly id: string;
  readonly name: string;
}

/** A member of a band: a plugin with its model, which plays along with the others. */
export interface MemberDescription {
  /** Unique in the band; `lead` is the first member's. */
  readonly id: string;
  readonly name: string;
  readonly plugin: Choice;
  readonly model: Choice;
  readonly mode: Mode;
  readonly phase: SessionPhase;
  readonly muted: boolean;
  /** The plugin's parameters, and those of the session that each member has for itself. */
  readonly params: { readonly plugin: ParamSpecs; readonly session: ParamSpecs };
  readonly values: Readonly<Record<string, ParamValue>>;
  /** Its instruments with the MIDI channels on which they sound, 1 to 16; at least one. */
  readonly voices: readonly VoiceDescription[];
  /** Its music so far as ABC, where its plugin writes it; empty where there is none yet. */
  readonly notation?: string;
}

/** An instrument of a plugin. */
export interface VoiceDescription {
  readonly id: string;
  readonly name: string;
  /** MIDI channel, 1 to 16. */
  readonly channel?: number;
  /** General MIDI program, 1 to 128. */
  readonly program?: number;
}

/** What a session is asked to load: another plugin, another model, other members of the band beside the first. */
export interface LoadChoice {
  readonly plugin?: string;
  readonly model?: string;
  readonly members?: readonly { readonly plugin: string; readonly model?: string }[];
  /** When it plays, once it is loaded: at the next phrase (the default), or at once. */
  readonly when?: 'phrase' | 'now';
}

/** What is being loaded beside what plays. */
export interface ComingDescription {
  readonly plugin: Choice;
  readonly model: Choice;
  /** The plugins of the further members of a band. */
  readonly members?: readonly Choice[];
  /** It is loaded, and plays at the next phrase. */
  readonly ready: boolean;
}

/** What a list of sessions says of one. */
export interface SessionBrief {
  readonly plugin: Choice;
  readonly model: Choice;
  readonly mode: Mode;
  readonly phase: SessionPhase;
  /** Name of the folder of its take; null where none is being recorded. */
  readonly take: string | null;
}

/** The complete state of a session, for a panel that connects. */
export interface SessionDescription {
  readonly time: Seconds;
  readonly phase: SessionPhase;
  /** Whether the first note starts it: nobody has started or stopped it yet. */
  readonly firstNoteStarts?: boolean;
  /** A piece is playing at a panel: no note starts the session, and the model is silent. */
  readonly held?: true;
  readonly mode: Mode;
  readonly plugin: Choice;
  readonly model: Choice;
  readonly plugins: readonly Choice[];
  readonly models: readonly Choice[];
  /** The plugin's declared parameters, then the session's own (phrase end, reply length, barge-in). */
  readonly params: { readonly plugin: ParamSpecs; readonly session: ParamSpecs };
  readonly values: Readonly<Record<string, ParamValue>>;
  /** The music so far as ABC, where the plugin writes it; empty where there is none yet. */
  readonly notation?: string;
  /** It follows the player's beats, so that tapping helps. */
  readonly countsBeats?: true;
  /** The plugin's instruments, which notes name by `part`: the first where they name none. Absent where the plugin names none. */
  readonly voices?: readonly VoiceDescription[];
  /** Why a wanted take is not being recorded. */
  readonly notRecording?: string;
  /** The model (in a band, the first member's) is muted. */
  readonly muted?: true;
  /** The members of a band, the first one first, whom the fields above describe too. Absent where only one plays. */
  readonly members?: readonly MemberDescription[];
  /** What is being loaded beside it. */
  readonly coming?: ComingDescription;
  /** What can be undone and done again next; absent: nothing. */
  readonly undoable?: Undoable;
  readonly ports: PortsDescription;
}

export interface PortsDescription {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly input: string | null;
  readonly output: string | null;
  /** Why the system has no ports, and what to do; null where it has them. */
  readonly unavailable: string | null;
  /** Ports that other sessions of the host have: the names of those sessions, by the names of the ports. */
  readonly taken?: PortsTaken;
  /** Ports that are not there, by their names: each is connected when it comes. Absent: none is waited for. */
  readonly waits?: PortsAwaited;
}

export interface PortsAwaited {
  readonly input?: string;
  readonly output?: string;
}

/** A running session, for the server and the command line; its engine runs in a worker. */
export interface SessionControl {
  /** Session time now (monotonic, seconds). */
  now(): Seconds;
  describe(): SessionDescription;
  /** What a list of sessions says of this one; reads nothing from disk. */
  brief(): SessionBrief;
  /** The instruments of a member (undefined: of the first, or the only one) with the channels on which they sound; reads nothing from disk. */
  voicesOf(member?: string): readonly VoiceDescription[];
  /** The ports alone, without reading from disk. */
  ports(): PortsDescription;
  /** `gesture`: changes of a parameter that come of one are undone together. */
  command(command: SessionCommand, gesture?: string): void;
  /** Undoes what a user changed last. Throws UNDO_NOTHING, and what undoing it throws. */
  undo(): Promise<void>;
  /** Makes the change that was undone last again. Throws UNDO_NOTHING, and what making it throws. */
  redo(): Promise<void>;
  /** What a resumed session has told since it was opened, be it before anybody could subscribe; once, for the one who keeps its music. */
  takeSoFar?(): readonly SessionEvent[];
  /** What can be undone and done again next. */
  undoable(): Undoable;
  /** Calls back when that changes. Returns a function that unsubscribes. */
  watchUndoable(changed: () => void): () => void;
  /** Adds a player: a panel, or another keyboard. The first note starts a session that nobody has started or stopped. */
  hands(): Hands;
  /**
   * Sets whether a piece is playing. Meanwhile no note starts the session and the model is silent; a user who asks for its music
   * (start, again) ends this.
   */
  hold(held: boolean): void;
  /** Sets the name by which other sessions of the host know this one. */
  titled(title: string): void;
  /** Connects a MIDI port (null: none); another session of the host that has it lets go of it. Throws PORT_NOT_FOUND, PORT_AMBIGUOUS, PORT_OPEN, MIDI_UNAVAILABLE. */
  connect(which: 'input' | 'output', name: string | null): Promise<void>;
  /**
   * Changes plugin or model by id, or the members of the band; the music goes on until the new ones are ready and a phrase ends. Throws PLUGIN_UNKNOWN,
   * MODEL_NOT_FOUND, MODEL_MISMATCH.
   */
  load(choice: LoadChoice): Promise<void>;
  /** What is being loaded plays as soon as it can, rather than at the next phrase. */
  hurryLoad(): void;
  /** Cancels what is being loaded, unless it plays already: who asked for it gets LOAD_CANCELLED. */
  cancelLoad(): void;
  /** What is being loaded; null: nothing. */
  coming(): ComingDescription | null;
  /** Calls back when that changes. Returns a function that unsubscribes. */
  watchComing(changed: () => void): () => void;
  /** Subscribes to events. Returns a function that unsubscribes. */
  subscribe(listener: (event: SessionEvent) => void): () => void;
  /** Calls back when the model or its weights change without a {@link load}. Returns a function that unsubscribes. */
  watch(changed: () => void): () => void;
  /**
   * Shows what the network does (in a band, that of the member that is named), from now on, at most 12.5 times a second. Returns a function
   * that ends it. Throws MEMBER_UNKNOWN.
   */
  watchNetwork(listener: (view: NetworkView) => void, choice?: NetworkChoice): () => void;
  /** Its moments that can be gone back to. */
  readonly snapshots: SnapshotsControl;
  /** Stops and silences the session, writes the take and frees the engine. */
  close(): Promise<void>;
}

/** One player of a session, and the keys that this player holds. */
export interface Hands {
  /**
   * Classifies an event: a `release` of what these hands hold; a `repeat` that changes nothing (a pedal already in that position,
   * the release of a key that is not held); or a `press`. A key struck again is a press.
   */
  meaning(event: PlayerEvent): 'press' | 'release' | 'repeat';
  /** Plays an event, at the time of arrival unless `time` is given. A note ends when the last hands that hold it release it. */
  play(event: PlayerEvent): void;
  /** Releases everything that these hands hold. */
  release(time?: Seconds): void;
}

/** A distributive Omit: the event without its time. */
export type PlayerEvent = PerformanceEvent extends infer E
  ? E extends PerformanceEvent
    ? Omit<E, 'time'> & { readonly time?: Seconds }
    : never
  : never;

import type { PerformanceEvent } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import type { ParamSpecs, ParamValue } from '../../plugin/params.js';
import type { Mode, SessionCommand } from '../../session/commands.js';
import type { SessionEvent, SessionPhase } from '../../session/events.js';

/** Anything that a user can choose from by id. */
interface Choice {
  readonly id: string;
  readonly name: string;
}

/** A whole picture of a session, for whoever joins late. */
export interface SessionDescription {
  readonly time: Seconds;
  readonly phase: SessionPhase;
  /** Whether the first note will start it: nobody has started or stopped it yet. */
  readonly firstNoteStarts?: boolean;
  /** A piece is played at a panel: no note starts it, and the model is silent. */
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
  /** It follows the player's beats, which can be told by tapping. */
  readonly countsBeats?: true;
  /** Why nothing is recorded, while that is so though a take is wanted. */
  readonly notRecording?: string;
  readonly ports: PortsDescription;
}

export interface PortsDescription {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly input: string | null;
  readonly output: string | null;
  /** Why there are no ports, and what to do, where the system has none. */
  readonly unavailable: string | null;
}

/** A running session as server and command line see it; the engine behind it lives in a worker. */
export interface SessionControl {
  /** Session time now (monotonic, seconds). */
  now(): Seconds;
  describe(): SessionDescription;
  /** The ports alone: nothing is read from a disk for it. */
  ports(): PortsDescription;
  command(command: SessionCommand): void;
  /** One more who plays: a panel, or whatever else has keys. The first note starts a session that nobody has started or stopped. */
  hands(): Hands;
  /**
   * A piece is played to the player, or no longer: meanwhile no note starts the session and the model is silent, unless a user asks for
   * its music (start, again), which ends this.
   */
  hold(held: boolean): void;
  /** Connects a MIDI port (null: none). Throws PORT_NOT_FOUND, PORT_AMBIGUOUS, PORT_OPEN, MIDI_UNAVAILABLE. */
  connect(which: 'input' | 'output', name: string | null): Promise<void>;
  /** Changes plugin or model by id; the music goes on until the new one is ready. Throws PLUGIN_UNKNOWN, MODEL_NOT_FOUND, MODEL_MISMATCH. */
  load(choice: { readonly plugin?: string; readonly model?: string }): Promise<void>;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: SessionEvent) => void): () => void;
  /** Calls back where another model plays, or other weights, that nobody loaded here. Returns what ends it. */
  watch(changed: () => void): () => void;
  /** Stops, silences, writes the take, frees the engine. */
  close(): Promise<void>;
}

/** Somebody who plays into a session, and holds keys. What others hold is theirs. */
export interface Hands {
  /**
   * What an event would be: a `release` of what these hands hold, a `repeat` that changes nothing (the pedal where it is already,
   * a key let go that is not held), or a `press`. A key struck again is a press.
   */
  meaning(event: PlayerEvent): 'press' | 'release' | 'repeat';
  /** Stamped with the time of arrival unless `time` is given. A note ends when the last hands that hold it let go. */
  play(event: PlayerEvent): void;
  /** Lets go of everything that these hands hold. */
  release(time?: Seconds): void;
}

/** A distributive Omit: the event without its time. */
export type PlayerEvent = PerformanceEvent extends infer E
  ? E extends PerformanceEvent
    ? Omit<E, 'time'> & { readonly time?: Seconds }
    : never
  : never;

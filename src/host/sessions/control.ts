import type { Seconds } from '../../music/units.js';
import type { Mode } from '../../session/commands.js';
import type { Instrument, SessionPhase } from '../../session/events.js';
import type { Choice, LoadChoice, SessionControl } from '../live/session-control.js';

/** A session as the directory lists it. */
export interface SessionEntry {
  /** 8 characters of base32, unique over hosts. */
  readonly id: string;
  /** Free text; several sessions may have the same. */
  readonly name: string;
  readonly plugin: Choice;
  readonly model: Choice;
  readonly mode: Mode;
  readonly phase: SessionPhase;
  /** Clients that are connected to it. */
  readonly clients: number;
  /** When it was opened, as an ISO 8601 date. */
  readonly openedAt: string;
  /** Name of the folder of its take; null where none is being recorded. */
  readonly take: string | null;
  /** Where it is, in a cluster; absent: here. */
  readonly host?: HostName;
}

export interface HostName {
  /** New at each start of the program: a host that comes back is another one. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
}

/** A host of a cluster, as clients know it. */
export interface ClusterHost extends HostName {
  /** Where clients and the other hosts reach it, such as `http://192.168.1.7:8137`. */
  readonly address: string;
  /** It is this one. */
  readonly here?: true;
}

/** Where a session is that another host has. */
export interface Elsewhere {
  /** Of its host; null while it has none, because another is about to take it over. */
  readonly address: string | null;
}

/** What a session is opened with; what is left out is as the host was started, or the plugin's default. */
export interface OpenChoice extends Omit<LoadChoice, 'when'> {
  /** Default: "Session" and the next number. */
  readonly name?: string;
  readonly mode?: Mode;
  /** Id or name of the host of the cluster that is to have it. Default: any. */
  readonly host?: string;
  /** It goes on from a snapshot of another session or, without one, from how that stands now: with its plugin, model, mode and parameters. */
  readonly from?: { readonly session: string; readonly snapshot?: string };
}

/** A plugin that sessions can be opened with, and its models. */
export interface OfferedPlugin extends Choice {
  readonly models: readonly Choice[];
}

/** A session that was open in a host that is gone, and can be resumed in this one. */
export interface SessionOffer extends Pick<SessionEntry, 'id' | 'name' | 'plugin' | 'model' | 'take'> {
  /** When its host ended, ISO 8601; of one that crashed, when it wrote last. */
  readonly endedAt: string;
  readonly why: 'crashed' | 'stopped';
}

/** The music of a session that was played in hosts before this one. */
export interface EarlierMusic {
  /** Who plays; a note names one by its index. */
  readonly players: readonly EarlierPlayer[];
  /** Of the notes, in order of their beginnings; session times. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly pitches: Uint8Array;
  readonly velocities: Uint8Array;
  /** Indices into `players`. */
  readonly by: Uint16Array;
  readonly pedal: readonly { readonly time: Seconds; readonly down: boolean }[];
}

/** Who plays earlier music. */
export interface EarlierPlayer {
  readonly voice: 'player' | 'model';
  readonly member?: string;
  readonly part?: string;
  /** How the instrument sounded; absent for the player. */
  readonly instrument?: Instrument;
}

/** What happened to a session. */
export interface SessionsChange {
  /**
   * `closed`: its clients are to leave, and it can be {@link SessionDirectory.reopen reopened}; `gone`: it cannot any more; `changed`:
   * its entry; `moved`: it went from here to another host, where its clients are to follow it at once; `offered`: it can be resumed, or no
   * longer.
   */
  readonly what: 'opened' | 'changed' | 'closed' | 'reopened' | 'gone' | 'moved' | 'offered';
  readonly id: string;
}

/** The sessions of hosts before this one. */
export interface SessionOffers {
  /** Those that can be resumed, the one that was opened first at the head. */
  list(): readonly SessionOffer[];
  /**
   * Opens one, with its id, name, settings and ports. It goes on from its take; `anew`: it begins from zero. Returns its id. Throws
   * SESSION_NOT_FOUND, SESSIONS_FULL, TAKE_UNKNOWN, TAKE_BUSY, STATE_OTHER and what loading throws; it is offered still.
   */
  resume(id: string, anew?: boolean): Promise<string>;
  /** Offers it no longer; for a while that can be undone. Throws SESSION_NOT_FOUND. */
  drop(id: string): void;
  /** Undoes {@link drop}. Throws SESSION_NOT_FOUND. */
  restore(id: string): void;
}

/**
 * The sessions of a host, for the server; in a cluster those of all its hosts. What is asked of a session that another host has, the
 * directory asks of that host.
 */
export interface SessionDirectory {
  /** The host's clock (monotonic, seconds). */
  now(): Seconds;
  /** Most sessions at once. */
  readonly most: number;
  /** The open sessions, in the order in which they were opened. */
  list(): readonly SessionEntry[];
  /** Id of the first open session, one of this host where it has any. */
  readonly first: string | undefined;
  /** An open session of this host. Throws SESSION_NOT_FOUND. */
  get(id: string): SessionControl;
  /** The plugins that play live, with their models. */
  plugins(): Promise<readonly OfferedPlugin[]>;
  /** Opens a session; sessions are loaded one after the other. Returns its id. Throws SESSIONS_FULL,
   * PLUGIN_UNKNOWN, CODEC_UNKNOWN, MODEL_NOT_FOUND, MODEL_MISMATCH, HOST_UNKNOWN and what loading throws. */
  open(choice: OpenChoice): Promise<string>;
  /**
   * Closes a session: it falls silent and lets go of its ports at once, and its take is kept. For a while it can be reopened. Throws
   * SESSION_NOT_FOUND.
   */
  close(id: string): void | Promise<void>;
  /** Undoes {@link close}: the session goes on where it was. Throws SESSION_NOT_FOUND, SESSIONS_FULL. */
  reopen(id: string): Promise<void>;
  /** Sessions of hosts before this one; absent where none are kept. */
  readonly offers?: SessionOffers;
  /** The music of a resumed session before it was resumed; undefined where it was not. Rejects where that cannot be read. */
  earlier?(id: string): Promise<EarlierMusic> | undefined;
  /** Throws SESSION_NOT_FOUND. */
  rename(id: string, name: string): void | Promise<void>;
  /** A client connects to a session of this host. Returns a function to call once it is gone. */
  attend(id: string): () => void;
  /** Reports a change of a session that its events do not tell: another plugin or model was loaded. */
  touched(id: string): void;
  /** Calls back after each change. Returns a function that unsubscribes. */
  subscribe(listener: (change: SessionsChange) => void): () => void;
  /** What a cluster adds; absent: this host is alone. */
  readonly cluster?: ClusterDirectory | undefined;
}

/** The other hosts of a cluster, for the server. */
export interface ClusterDirectory {
  /**
   * What the hosts show each other to be told from clients. Long and random, and known to no client. A peer's word on where its client
   * comes from is believed.
   */
  readonly secret: string;
  /** The sessions of this host alone. What a peer asks for is done there: nothing goes in circles. */
  readonly own: SessionDirectory;
  /** What a peer is told that asks whether this host is alive. `from`: the peer's id. */
  alive?(from: string | undefined): object;
  /** All hosts, this one among them. */
  hosts(): readonly ClusterHost[];
  /** Calls back when {@link hosts} has changed. Returns a function that unsubscribes. */
  watchHosts(changed: () => void): () => void;
  /** Where a session is that another host has; undefined: it is here, or nowhere. */
  elsewhere(id: string): Elsewhere | undefined;
  /** Moves a session, of whatever host, to another one (its id or name). Throws SESSION_NOT_FOUND, HOST_UNKNOWN, SESSIONS_FULL. */
  move(id: string, host: string): Promise<void>;
}

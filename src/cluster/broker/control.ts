import type { ProgramPlace } from '../../host/program-mark.js';
import type { SessionEntry } from '../../host/sessions/control.js';

/** A host of a cluster, as the others know it. */
export interface HostEntry {
  /** Random, new at each start of the program: a host that comes back is another one. */
  readonly id: string;
  /** What people call it: the name of the computer, or what --name says. */
  readonly name: string;
  /** Where the other hosts and the panels reach it, such as http://192.168.1.7:8137. */
  readonly address: string;
  /** How many sessions it has. */
  readonly sessions: number;
  /** How many more it would take. */
  readonly room: number;
  /** Its process, by which another host of its computer can tell that it is gone; absent where the system does not say it. */
  readonly program?: ProgramPlace;
}

/** A host as the broker has it: one whose lease holds, or one that has sessions still. */
export interface HostSeen extends HostEntry {
  /** Number of its last renewal. */
  readonly beat: number;
  /** Whether its lease holds, by the broker's clock. */
  readonly holds: boolean;
}

/** What a host tells with each renewal. */
export interface Beat {
  /** Grows with each renewal. */
  readonly beat: number;
  /** Ids of the hosts that this one asks before it plays on without the broker. They alone may claim its sessions. */
  readonly knows: readonly string[];
}

export interface Renewal {
  /** `lapsed`: the lease had run out before, or never was. Others may have claimed this host's sessions meanwhile. */
  readonly lease: 'held' | 'lapsed';
  /** Another one than at the last renewal: the broker was started anew or replaced, and may have lost some or all. */
  readonly instance: string;
  readonly hosts: readonly HostSeen[];
}

/** A session of a cluster, as the broker knows it. */
export interface ClusterSession {
  readonly id: string;
  /** Id of the host that owns it; null: it was given up, and any host may claim it. */
  readonly owner: string | null;
  /** Grows with each change of owner. What a former owner still writes is refused by it. */
  readonly fence: number;
  readonly entry: SessionEntry;
}

/** From whom a session is claimed, as the claimer saw it. The claim fails where it is no longer so. */
export interface ClaimFrom {
  readonly owner: string | null;
  readonly fence: number;
  /** The owner's last renewal that was seen. */
  readonly beat?: number;
  /** The caller knows for certain that the owner's process is gone: its lease and whom it knows do not matter. */
  readonly dead?: boolean;
}

/** What a host goes on from that claims a session. */
export interface Handed {
  /** As encodeState made it, compressed; null where the session has heard and played nothing yet. */
  readonly state: Uint8Array | null;
  /** What happened since, in the order in which it was added. */
  readonly tail: readonly Uint8Array[];
  /** What it was opened with, and its ports, as JSON. */
  readonly setup: string;
}

/** What has changed at the broker, as it tells all hosts. */
export type BrokerChange =
  /** A host came or left. One that dies says nothing: look at {@link Renewal.hosts}. */
  | { readonly type: 'hosts' }
  /** A session was registered, claimed, told of anew, given up or forgotten. */
  | { readonly type: 'session'; readonly id: string }
  /** The connection to the broker was lost, or is there again. Changes in between were not told. */
  | { readonly type: 'broker'; readonly there: boolean };

/**
 * What the hosts of a cluster share: which hosts there are, who owns which session, how sessions stand. Notes never pass through it.
 * Each method throws CLUSTER_UNREACHABLE while the broker cannot be reached; none waits longer than the lease lasts. What was asked may
 * have been done all the same. CLUSTER_BROKEN: what the broker has there is not a cluster's.
 */
export interface Broker {
  /** Whether the broker can be reached now, as far as is known. */
  readonly there: boolean;
  /** Renews this host's lease, with what is told of it, and looks at the others. */
  renew(host: HostEntry, beat: Beat): Promise<Renewal>;
  /** Gives up all sessions of this host and ends its lease at once. It must be silent before. */
  leave(): Promise<void>;
  /** The hosts whose leases hold, this one among them, and those that have sessions still. */
  hosts(): Promise<readonly HostSeen[]>;
  /** All sessions; of one host; or (null) those that were given up. */
  sessions(owner?: string | null): Promise<readonly ClusterSession[]>;
  session(id: string): Promise<ClusterSession | null>;
  /**
   * Registers a session of this host: a new one, or (with its fence) one that the broker has lost. Returns its fence. Refused with
   * CLUSTER_FENCED where the broker knows of another owner.
   */
  register(entry: SessionEntry, setup: string, fence?: number): Promise<number>;
  /**
   * Claims a session that was given up, or whose owner's lease has run out. Returns the new fence, or null where that is not so (any
   * more). Of several hosts that claim at once, one gets it. See claims.ts for when a host may.
   */
  claim(id: string, from: ClaimFrom): Promise<number | null>;
  /** How a session stands, for who has claimed it; null where it is gone. */
  read(id: string): Promise<Handed | null>;
  // What follows is refused with CLUSTER_FENCED where the session has another owner, or another fence, by now,
  // and with CLUSTER_UNREACHABLE where the broker does not know the session: it has lost its data.
  /** What the directory says of it, and its setup. */
  tell(fence: number, entry: SessionEntry, setup: string): Promise<void>;
  /** Keeps how it stands; the tail so far is needed no longer. */
  keep(id: string, fence: number, state: Uint8Array): Promise<void>;
  /**
   * Adds to the tail. `gap`: nothing was added, because something before may not have come through; the tail has an end there until
   * {@link keep} begins a new one.
   */
  append(id: string, fence: number, records: Uint8Array): Promise<'added' | 'gap'>;
  /** Gives it up: another host may claim it at once. */
  release(id: string, fence: number): Promise<void>;
  /** It was closed for good. */
  forget(id: string, fence: number): Promise<void>;
  /** What the hosts show each other, to be told from clients: `mine` where the broker has nothing yet. */
  secret(mine: string): Promise<string>;
  /** Bytes that were sent to the broker so far. */
  readonly sent: number;
  subscribe(listener: (change: BrokerChange) => void): () => void;
  close(): Promise<void>;
}

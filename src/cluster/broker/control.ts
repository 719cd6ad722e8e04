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
  /** A host came, left, or was not heard of in time. */
  | { readonly type: 'hosts' }
  /** A session was registered, claimed, told of anew, given up or forgotten. */
  | { readonly type: 'session'; readonly id: string }
  /** The connection to the broker was lost, or is there again. */
  | { readonly type: 'broker'; readonly there: boolean };

/**
 * What the hosts of a cluster share: which hosts there are, who owns which session, how sessions stand. Notes never pass through it.
 * Each method throws CLUSTER_UNREACHABLE while the broker cannot be reached; none waits longer than the lease lasts.
 */
export interface Broker {
  /** Whether the broker can be reached now, as far as is known. */
  readonly there: boolean;
  /**
   * Renews this host's lease, with what is told of it. `lapsed`: it had run out before, and others may have claimed its sessions
   * meanwhile: {@link sessions} says which are its own still.
   */
  renew(host: HostEntry): Promise<'held' | 'lapsed'>;
  /** Ends this host's lease at once. */
  leave(): Promise<void>;
  /** The hosts whose leases hold, this one among them. */
  hosts(): Promise<readonly HostEntry[]>;
  sessions(): Promise<readonly ClusterSession[]>;
  /** Registers a new session of this host. Returns its fence. */
  register(entry: SessionEntry, setup: string): Promise<number>;
  /**
   * Claims a session that was given up, or whose owner's lease has run out. Returns the new fence, or null where it has an owner
   * whose lease holds, or is gone. Of several hosts that claim at once, one gets it.
   */
  claim(id: string): Promise<number | null>;
  /** How a session stands, for who has claimed it. */
  read(id: string): Promise<Handed>;
  // What follows is refused with CLUSTER_FENCED where the session has another owner, or another fence, by now.
  /** What the directory says of it, and its setup. */
  tell(fence: number, entry: SessionEntry, setup: string): Promise<void>;
  /** Keeps how it stands; the tail so far is needed no longer. */
  keep(id: string, fence: number, state: Uint8Array): Promise<void>;
  /** Adds to the tail. */
  append(id: string, fence: number, records: Uint8Array): Promise<void>;
  /** Gives it up: another host may claim it at once. */
  release(id: string, fence: number): Promise<void>;
  /** It was closed for good. */
  forget(id: string, fence: number): Promise<void>;
  /** Bytes that were sent to the broker so far. */
  readonly sent: number;
  subscribe(listener: (change: BrokerChange) => void): () => void;
  close(): Promise<void>;
}

/**
 * The times of a cluster, in milliseconds, in one place, because they hold together.
 *
 * A host that dies must be missed and its sessions be playing elsewhere within 2 s: the lease (1000) and a look (150) pass before anybody
 * may claim, which leaves some 800 for the claim, the reading and the opening. A lease of four renewals outlives three that are lost.
 */

/** How long a lease holds from its renewal on. */
export const LEASE_MS = 1000;

/** Time between two renewals. */
export const RENEW_MS = 250;

/**
 * By so much earlier than the others a host takes its own lease to have run out: clocks that should run alike may differ by 1 % over a
 * lease, and a worker that has read the word may be some milliseconds from sending its note.
 */
export const MARGIN_MS = 50;

/** Time between two looks at the leases of the others. */
export const LOOK_MS = 150;

/** Longest wait for an answer of a peer that is asked directly. */
export const ASK_MS = 400;

/**
 * Longest wait for a reply of the broker to a short command. Where it gets none, there is time to ask the others before the lease ends,
 * who notice by so much later at most.
 */
export const COMMAND_MS = 300;

/** Longest wait where a state is written or read, which may have megabytes; on a connection of its own, renewals do not wait for it. */
export const BULK_MS = 950;

/** Longest wait for a connection to the broker, with TLS and password. */
export const CONNECT_MS = 900;

/** Waits between attempts to connect: the first, which doubles, and the longest. */
export const RECONNECT_MS = { first: 50, most: 500 } as const;

/** What nobody has touched for so long, the broker forgets. Each owner says of its sessions that they live, every quarter of an hour. */
export const ORPHANED_MS = 7 * 24 * 3600 * 1000;

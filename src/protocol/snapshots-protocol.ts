import { z } from 'zod';
import type { SnapshotInfo } from '../host/live/snapshots/control.js';
import type { Agree } from '../plugin/agree.js';
import { momentId } from '../session/command-schema.js';

/**
 * The part of a session's protocol that is about snapshots; composed in session-protocol.ts. As a file a snapshot is fetched and brought by
 * HTTP, with the same token: GET PATH/snapshots/ID, and POST PATH/snapshots, where PATH is that of the session's WebSocket.
 */

/** The path of the snapshots of a session, whose WebSocket has the path `session`; of one of them, as a file. */
export const snapshotsPath = (session: string, id?: string): string =>
  `${session}/snapshots${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;

/** The longest name of a snapshot, in characters. */
const LONGEST_NAME = 60;

const request = z.int().min(0);
const name = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST_NAME)
  .regex(/^\P{C}+$/u, 'a name has no control characters');
const numbered = { request, id: momentId };

// Client to host

export const snapshotClientMessages = [
  /** Keeps this moment under a name. Answered by `snapshot`. */
  z.strictObject({ type: z.literal('keepSnapshot'), request, name: z.exactOptional(name) }),
  /** Goes back to a snapshot and on from there: at once, or when the turn or phrase under way is over. Answered by `done`. */
  z.strictObject({
    ...{ type: z.literal('recallSnapshot'), ...numbered },
    when: z.exactOptional(z.enum(['now', 'phrase'])),
  }),
  /** Answered by `done`. */
  z.strictObject({ type: z.literal('renameSnapshot'), ...numbered, name }),
  /** Answered by `done`. */
  z.strictObject({ type: z.literal('deleteSnapshot'), ...numbered }),
  /** Undoes `deleteSnapshot`. Answered by `done`. */
  z.strictObject({ type: z.literal('restoreSnapshot'), ...numbered }),
] as const;

// Host to client

export const snapshot = z.object({
  ...{ id: z.string(), name: z.string(), time: z.number(), date: z.string() },
  ...{ plugin: z.string(), model: z.string().nullable(), own: z.boolean(), bytes: z.number() },
  unfit: z.exactOptional(z.string()),
});
const list = z.array(snapshot).readonly();

export const snapshotHostMessages = [
  /** The snapshots of the session, after each change. */
  z.object({ type: z.literal('snapshots'), snapshots: list }),
  /** What was kept for this client; `snapshots` came before. */
  z.object({ type: z.literal('snapshot'), request: z.number(), snapshot }),
] as const;

// The schema matches the host's type: a difference in either direction does not compile.
true satisfies Agree<z.infer<typeof snapshot>, SnapshotInfo>;

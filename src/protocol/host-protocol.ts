import { z } from 'zod';
import type { OfferedPlugin, OpenChoice, SessionEntry, SessionOffer } from '../host/sessions/control.js';
import type { Agree } from '../plugin/agree.js';
import { MOST_MEMBERS } from '../session/band-size.js';
import { id, mode, momentId } from '../session/command-schema.js';
import { clusterHosts, hostName, hostsMessage } from './hosts-protocol.js';
import { PROTOCOL_VERSION, SESSION_PATH } from './session-protocol.js';
import { takesClientMessages, takesHostMessages } from './takes-protocol.js';

/**
 * The protocol between a client and the host as a whole over the WebSocket at `/host`: its directory of sessions, and its takes. JSON texts, one
 * message each; as in session-protocol.ts, client messages are parsed strictly and host messages loosely, and the version is the same.
 */
export { PROTOCOL_VERSION };

/** Path of the host's WebSocket. */
export const HOST_PATH = '/host';

/** Paths of the WebSockets of single sessions begin with this; {@link SESSION_PATH} is that of the first open session. */
export const SESSIONS_PATH = '/sessions/';

/** The path of a session's WebSocket; undefined: of the first open session's. */
export const pathOf = (session: string | undefined): string =>
  session === undefined ? SESSION_PATH : `${SESSIONS_PATH}${session}`;

/**
 * Code with which the host closes the WebSocket of a session that was closed, or of one that it does not have. An `error` with
 * SESSION_CLOSED or SESSION_NOT_FOUND comes before. A client should not connect there again.
 */
export const SESSION_GONE = 4404;

export { SESSION_MOVED } from './hosts-protocol.js';

/** The longest name of a session, in characters. */
export const LONGEST_NAME = 60;

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const request = z.int().min(0);
const sessionId = z.string().min(1).max(64);
const name = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST_NAME)
  .regex(/^\P{C}+$/u, 'a name has no control characters');
/** Id or name of a host of the cluster. */
const host = z.string().min(1).max(LONGEST_NAME);
const members = list(z.strictObject({ plugin: id, model: z.exactOptional(id) })).refine(
  ({ length }) => length <= MOST_MEMBERS - 1,
  `a band has ${MOST_MEMBERS} members at most`,
);

const openChoice = {
  name: z.exactOptional(name),
  plugin: z.exactOptional(id),
  model: z.exactOptional(id),
  members: z.exactOptional(members),
  mode: z.exactOptional(mode),
  from: z.exactOptional(z.strictObject({ session: sessionId, snapshot: z.exactOptional(momentId) })),
  host: z.exactOptional(host),
};

// Client to host

export const hostClientMessage = z.discriminatedUnion('type', [
  /** The first message; any other before it is refused. */
  z.strictObject({ type: z.literal('hello'), version: z.int() }),
  /** Opens a session. What is left out is as the host was started. The answer is `opened` or `error` with the same `request`. */
  z.strictObject({ type: z.literal('openSession'), request, ...openChoice }),
  /**
   * Closes a session: its clients are told, its take is kept. For `limits.undoSeconds` it can be reopened. The answer is `done` or
   * `error` with the same `request`.
   */
  z.strictObject({ type: z.literal('closeSession'), request, id: sessionId }),
  /** Undoes `closeSession`: the session goes on where it was. Answered like `openSession`. */
  z.strictObject({ type: z.literal('reopenSession'), request, id: sessionId }),
  /**
   * Resumes a session that is `offered`: with its id, name, settings and ports it goes on from its take; `anew`: it begins from zero. Answered
   * like `openSession`; where it is refused, it is offered still.
   */
  z.strictObject({
    ...{ type: z.literal('resumeSession'), request, id: sessionId },
    anew: z.exactOptional(z.boolean()),
  }),
  /** Offers a session no longer; its take is kept. For `limits.undoSeconds` that can be undone. The answer is `done` or `error`. */
  z.strictObject({ type: z.literal('dropOffer'), request, id: sessionId }),
  /** Undoes `dropOffer`. The answer is `done` or `error`. */
  z.strictObject({ type: z.literal('restoreOffer'), request, id: sessionId }),
  /** Names a session. The answer is `done` or `error` with the same `request`. */
  z.strictObject({ type: z.literal('renameSession'), request, id: sessionId, name }),
  /**
   * Moves a session to another host of the cluster; its clients follow by themselves. The answer is `done`, once it is there, or `error`
   * with the same `request`.
   */
  z.strictObject({ type: z.literal('moveSession'), request, id: sessionId, host }),
  /** Requests the host's clock; `pong` has the same `id`. */
  z.strictObject({ type: z.literal('ping'), id: z.int().min(0) }),
  ...takesClientMessages,
]);
export type HostClientMessage = z.infer<typeof hostClientMessage>;

// Host to client

const choice = z.object({ id: z.string(), name: z.string() });
export const sessionEntry = z.object({
  id: z.string(),
  name: z.string(),
  plugin: choice,
  model: choice,
  mode,
  phase: z.enum(['stopped', 'waiting', 'listening', 'playing', 'together']),
  clients: z.number(),
  openedAt: z.string(),
  take: z.string().nullable(),
  host: z.exactOptional(hostName),
});
const sessionOffer = z.object({
  ...{ id: z.string(), name: z.string(), plugin: choice, model: choice, take: z.string().nullable() },
  /** When its host ended, ISO 8601; of one that crashed, when it wrote last. */
  endedAt: z.string(),
  why: z.enum(['crashed', 'stopped']),
});
const offeredPlugin = z.object({ id: z.string(), name: z.string(), models: list(choice) });

export const hostMessage = z.discriminatedUnion('type', [
  /** Sent after `hello`. */
  z.object({
    type: z.literal('hostWelcome'),
    version: z.number(),
    sessions: list(sessionEntry),
    /** The plugins that sessions can be opened with. */
    plugins: list(offeredPlugin),
    /** The sessions of hosts before this one that can be resumed; absent where an older host tells of none. */
    offered: z.exactOptional(list(sessionOffer)),
    limits: z.object({
      /** Most sessions at once. */
      sessions: z.number(),
      /** Most clients of one session at once. */
      clients: z.number(),
      /** For how long a closed session can be reopened. */
      undoSeconds: z.number(),
    }),
    ...clusterHosts,
  }),
  hostsMessage,
  /** The open sessions, after each change; changes that follow each other closely are told together. */
  z.object({ type: z.literal('sessions'), sessions: list(sessionEntry) }),
  /** The sessions that can be resumed, after each change. */
  z.object({ type: z.literal('offered'), offered: list(sessionOffer) }),
  /** A session was opened, reopened or resumed for this client; `sessions` came before. */
  z.object({ type: z.literal('opened'), request: z.number(), id: z.string() }),
  /** A request of this client succeeded; all clients have been told of the change. */
  z.object({ type: z.literal('done'), request: z.number() }),
  /** A message of this client was refused. `about` is its type, where that is known, and `request` its number, where it has one. */
  z.object({
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    hint: z.exactOptional(z.string()),
    about: z.exactOptional(z.string()),
    request: z.exactOptional(z.number()),
  }),
  /** `time`: the host's time at which the ping was read. */
  z.object({ type: z.literal('pong'), id: z.number(), time: z.number() }),
  ...takesHostMessages,
]);
export type HostMessage = z.infer<typeof hostMessage>;

// The schemas match the host's types: a difference in either direction does not compile.
true satisfies Agree<z.infer<typeof sessionEntry>, SessionEntry>;
true satisfies Agree<z.infer<typeof sessionOffer>, SessionOffer>;
true satisfies Agree<z.infer<typeof offeredPlugin>, OfferedPlugin>;
true satisfies Agree<z.infer<z.ZodObject<typeof openChoice>>, OpenChoice>;

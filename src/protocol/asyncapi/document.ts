import { z } from 'zod';
import { composeDescriptor } from '../../plugin/compose-descriptor.js';
import { paramSpecs } from '../../plugin/param-schema.js';
import { pieceShown } from '../../plugin/piece-schema.js';
import { sessionCommand } from '../../session/command-schema.js';
import {
  HOST_PATH,
  hostClientMessage,
  hostMessage,
  SESSION_GONE,
  SESSION_MOVED,
  SESSIONS_PATH,
  sessionEntry,
} from '../host-protocol.js';
import {
  clientMessage,
  description,
  MAX_MESSAGE_BYTES,
  PROTOCOL_VERSION,
  SESSION_PATH,
  serverMessage,
  sessionEvent,
} from '../session-protocol.js';
import { SUBPROTOCOL, tokenSubprotocol } from '../subprotocol.js';
import { fromHost, toHost } from './host-messages.js';
import { fromSession, toSession } from './session-messages.js';

type Json = Record<string, unknown>;
type Says = Readonly<
  Record<string, { readonly says: string; readonly example: object; readonly answers?: readonly string[] }>
>;

/** The messages of one direction: their key begins with its `prefix`. */
interface Direction {
  readonly prefix: string;
  readonly schemas: readonly z.ZodObject<{ type: z.ZodLiteral<string> }>[];
  readonly says: Says;
}

const DIRECTIONS = {
  toSession: { prefix: 'toSession', schemas: clientMessage.options, says: toSession },
  fromSession: { prefix: 'fromSession', schemas: serverMessage.options, says: fromSession },
  toHost: { prefix: 'toHost', schemas: hostClientMessage.options, says: toHost },
  fromHost: { prefix: 'fromHost', schemas: hostMessage.options, says: fromHost },
} as const satisfies Record<string, Direction>;

/** All directions, with the schema of each message: what the test of the examples goes through. */
export const directions: readonly Direction[] = Object.values(DIRECTIONS);

/** Schemas that several messages share. */
const SHARED = {
  SessionEvent: sessionEvent,
  SessionCommand: sessionCommand,
  SessionDescription: description,
  SessionEntry: sessionEntry,
  ParamSpecs: paramSpecs,
  ComposeDescriptor: composeDescriptor,
  Piece: pieceShown,
};

const typeOf = (schema: Direction['schemas'][number]): string => schema.shape.type.value;
const messageKey = ({ prefix }: Direction, type: string) => `${prefix}.${type}`;
const ref = (...path: string[]) => ({ $ref: `#/${path.join('/')}` });

/** The protocol as an AsyncAPI 3.0 document, from the schemas that both sides use. `version`: the program's. */
export function asyncapiDocument(version: string): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Continuo',
      version,
      description: ABOUT,
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      local: {
        ...{ host: '127.0.0.1:8137', protocol: 'ws' },
        description:
          'A host as `continuo start` opens it. One that other computers reach (`--host`) asks for a token; behind a proxy with TLS the protocol is wss.',
        security: [
          ref('components', 'securitySchemes', 'bearer'),
          ref('components', 'securitySchemes', 'cookie'),
        ],
      },
    },
    channels: {
      firstSession: channel(SESSION_PATH, `The host's first open session. ${SESSION}`, 'session'),
      session: {
        ...channel(`${SESSIONS_PATH}{id}`, `One session. ${SESSION}`, 'session'),
        parameters: { id: { description: `Its id, as the messages of ${HOST_PATH} have it.` } },
      },
      host: channel(HOST_PATH, 'The host as a whole: its directory of sessions.', 'host'),
    },
    operations: {
      ...operations('firstSession', DIRECTIONS.toSession, DIRECTIONS.fromSession),
      ...operations('session', DIRECTIONS.toSession, DIRECTIONS.fromSession),
      ...operations('host', DIRECTIONS.toHost, DIRECTIONS.fromHost),
    },
    components: {
      securitySchemes: SECURITY,
      messages: Object.fromEntries(directions.flatMap(messages)),
      schemas: schemas(),
    },
  };
}

const ABOUT = `The WebSockets of a Continuo host. Messages are JSON texts, one each, of at most ${MAX_MESSAGE_BYTES} bytes. The first one is \`hello\`, with the version of the protocol: ${PROTOCOL_VERSION}. The host reads messages strictly (a field that it does not know is an error); clients read loosely, so that a newer host can say more. A message with \`request\` is answered by one with the same number. Times are seconds of the session's clock, which a client learns by \`ping\`.

The package \`continuo/client\` speaks all of this, in browsers and Node.

This file is made from the schemas of src/protocol by scripts/asyncapi.mjs.`;

const SESSION = 'Its state, its events, and what a player and a panel do.';

const ACCESS = `A client may offer the subprotocol \`${SUBPROTOCOL}\`. A page of another origin, which must be allowed (\`--allow-origin\`), cannot set headers: it offers the token as a second subprotocol, \`${tokenSubprotocol('TOKEN')}\`.`;

/** How the host ends or refuses a connection. */
const CLOSE_CODES = {
  1001: 'The host stops. It may come back.',
  1002: 'The client speaks another version of the protocol (an `error` comes before), or a frame is malformed.',
  1008: 'The client sent too much, or too much that had to be refused (an `error` with PROTOCOL_RATE or PROTOCOL_MESSAGE comes before).',
  1009: `A message is larger than ${MAX_MESSAGE_BYTES} bytes.`,
  [SESSION_GONE]:
    'The session was closed, or the host has none of that id (an `error` with SESSION_CLOSED or SESSION_NOT_FOUND comes before). A client should not connect there again.',
  [SESSION_MOVED]:
    'The session went to another host of the cluster, or is about to (an `error` with SESSION_MOVED comes before). A client should connect again at once: to the same address, else to that of another of the `hosts`.',
};

/** Answers to the request that would open the WebSocket. */
const REFUSALS = {
  401: 'The token is missing or wrong.',
  403: "The name by which the host was addressed, or the page's origin, is not allowed.",
  404: 'The host has no such path.',
  429: 'Too many wrong tokens came from this address; the right one is refused too for some seconds.',
  503: 'The host has as many clients as it takes.',
};

const SECURITY = {
  bearer: {
    ...{ type: 'http', scheme: 'bearer' },
    description: `The host's token, as a program sends it: \`Authorization: Bearer TOKEN\`. ${ACCESS}`,
  },
  cookie: {
    ...{ type: 'httpApiKey', in: 'cookie', name: 'continuo-8137' },
    description:
      'The token, as a browser keeps it that opened the link of the host (`/?token=TOKEN`). The name of the cookie ends in the port.',
  },
};

function channel(address: string, says: string, what: 'session' | 'host'): Json {
  const both =
    what === 'session'
      ? [DIRECTIONS.toSession, DIRECTIONS.fromSession]
      : [DIRECTIONS.toHost, DIRECTIONS.fromHost];
  return {
    address,
    description: says,
    messages: Object.fromEntries(
      both.flatMap((direction) =>
        direction.schemas.map((schema) => {
          const key = messageKey(direction, typeOf(schema));
          return [key, ref('components', 'messages', key)];
        }),
      ),
    ),
    bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
    'x-close-codes': CLOSE_CODES,
    'x-refusals': REFUSALS,
  };
}

/** What the host receives by a channel, each message with its answers, and what it sends by itself. */
function operations(name: string, to: Direction, from: Direction): Json {
  const at = (direction: Direction, type: string) =>
    ref('channels', name, 'messages', messageKey(direction, type));
  const receives = to.schemas.map((schema) => {
    const type = typeOf(schema);
    const { says, answers } = to.says[type]!;
    const operation = {
      action: 'receive',
      channel: ref('channels', name),
      summary: says,
      messages: [at(to, type)],
      ...(answers && {
        reply: { channel: ref('channels', name), messages: answers.map((answer) => at(from, answer)) },
      }),
    };
    return [`${name}.${type}`, operation];
  });
  const sends = {
    action: 'send',
    channel: ref('channels', name),
    summary: 'What the host says, asked or not.',
    messages: from.schemas.map((schema) => at(from, typeOf(schema))),
  };
  return { ...Object.fromEntries(receives), [`${name}.says`]: sends };
}

function messages(direction: Direction): [string, Json][] {
  return direction.schemas.map((schema) => {
    const type = typeOf(schema);
    const { says, example } = direction.says[type]!;
    const key = messageKey(direction, type);
    const message = {
      ...{ name: type, title: type, summary: says },
      payload: ref('components', 'schemas', key),
      examples: [{ name: type, payload: example }],
    };
    return [key, message];
  });
}

/** The JSON schemas of all messages, and of what they share. */
function schemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SHARED)) registry.add(schema, { id });
  for (const direction of directions)
    for (const schema of direction.schemas)
      registry.add(schema, { id: messageKey(direction, typeOf(schema)) });
  const made = z.toJSONSchema(registry, {
    // What a client may send, and what it reads of a host: before defaults and transformations.
    io: 'input',
    target: 'draft-7',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => {
      // Our arrays are immutable in TypeScript alone; in JSON Schema the word says that nobody may send them.
      delete jsonSchema.readOnly;
    },
  });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $schema: _, $id: __, id: ___, ...schema }]) => [id, schema]),
  );
}

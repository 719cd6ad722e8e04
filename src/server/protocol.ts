import { z } from 'zod';
import type {
  ComposerChoice,
  ExportTask,
  MakeTask,
  PieceFile,
  PieceSoFar,
  ReadTask,
} from '../host/compose/control.js';
import type { PlayerEvent, SessionDescription } from '../host/live/session-control.js';
import type { Agree } from '../plugin/agree.js';
import { composeDescriptor } from '../plugin/compose-descriptor.js';
import { paramSpecs, paramValue } from '../plugin/param-schema.js';
import { pieceShown } from '../plugin/piece-schema.js';
import { sessionCommand as command, id, mode } from '../session/command-schema.js';
import type { SessionEvent } from '../session/events.js';

/**
 * What the panel and the host say to each other over the WebSocket at `/session`: JSON texts, one message each.
 * The same schemas on both sides; the types at the end of this file are held to the session's own by the compiler.
 * What a client says is read strictly (an unknown field is an error), what the host says loosely, so that a newer host
 * may say more to an older panel.
 */
export const PROTOCOL_VERSION = 2;

/** Where the WebSocket stands. */
export const SESSION_PATH = '/session';

/** The largest message that the host reads, in bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** The longest text of a piece that the host takes, in characters: a tune of 500 bars in ABC, and how it came to be. */
export const MAX_TEXT = 20_000;

/** A piece that is played at a panel is believed to be over after this, in seconds. */
export const LONGEST_PIECE = 3600;

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const seconds = z.number();
const pitch = z.int().min(0).max(127);
const velocity = z.int().min(1).max(127);
const voice = z.enum(['player', 'model']);
const portName = z.string().min(1).max(256);
/** A session time as a client claims it; the host believes it as far as it can be true. */
const claimed = z.exactOptional(z.number().min(0));

const text = z.string().min(1).max(MAX_TEXT);
const options = z.record(id, paramValue);
const makeTask = z.strictObject({
  plugin: id,
  options,
  seed: z.exactOptional(z.int().min(0)),
  given: z.exactOptional(
    z.strictObject({
      text,
      edit: id,
      segments: z.exactOptional(z.string().min(1).max(1000)),
      after: z.exactOptional(z.int().min(1).max(9999)),
    }),
  ),
});
const readTask = z.strictObject({ plugin: id, text });
const exportTask = z.strictObject({ plugin: id, text, format: id, options });
const request = z.int().min(0);

// Client to host

const playerEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('noteOn'), time: claimed, pitch, velocity }),
  z.strictObject({ type: z.literal('noteOff'), time: claimed, pitch }),
  z.strictObject({ type: z.literal('pedal'), time: claimed, down: z.boolean() }),
]);

export const clientMessage = z.discriminatedUnion('type', [
  /** The first message; anything else before it is refused. */
  z.strictObject({ type: z.literal('hello'), version: z.int() }),
  z.strictObject({ type: z.literal('command'), command }),
  z.strictObject({ type: z.literal('play'), event: playerEvent }),
  /** Chooses a port: `done`, or an error, comes back with `request`. */
  z.strictObject({
    type: z.literal('connect'),
    request,
    which: z.enum(['input', 'output']),
    port: portName.nullable(),
  }),
  /** Asks for a plugin or model; `done`, or an error, comes back with `request`. Of several that are asked for, the last is loaded. */
  z.strictObject({
    type: z.literal('load'),
    request,
    plugin: z.exactOptional(id),
    model: z.exactOptional(id),
  }),
  /** Asks for a piece, one at a time; `request` comes back with it. An error about it may come instead. */
  z.strictObject({ type: z.literal('makePiece'), request, task: makeTask }),
  /** Asks for a piece as it stands in a text, as `makePiece` does. */
  z.strictObject({ type: z.literal('readPiece'), request, task: readTask }),
  /** Gives up what was asked for: nothing comes of it any more. */
  z.strictObject({ type: z.literal('cancelPiece'), request }),
  /** Asks for a piece in another format than its first: `pieceFile` comes back. */
  z.strictObject({ type: z.literal('exportPiece'), request, task: exportTask }),
  /** Asks for a page of the music that began before `before`, as the last page said where it begins. */
  z.strictObject({ type: z.literal('earlier'), before: z.number() }),
  /**
   * A piece is played at this panel, for as many seconds at most; 0: it is over. Until then, or until the panel is gone, no note starts
   * the session and the model is silent, at this panel and at all others: `held` says so. Start and Again end it, too.
   */
  z.strictObject({ type: z.literal('piecePlays'), seconds: z.number().min(0).max(LONGEST_PIECE) }),
  /** Asks for the session's clock; `id` comes back. */
  z.strictObject({ type: z.literal('ping'), id: z.int().min(0) }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

// Host to client

const phase = z.enum(['stopped', 'waiting', 'listening', 'playing', 'together']);

const sessionEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('phase'),
    time: seconds,
    phase,
    takeOverAt: z.exactOptional(seconds),
    held: z.exactOptional(z.literal(true)),
  }),
  z.object({ type: z.literal('noteOn'), id: z.number(), voice, time: seconds, pitch, velocity }),
  z.object({ type: z.literal('noteOff'), id: z.number(), time: seconds }),
  z.object({ type: z.literal('pedal'), voice, time: seconds, down: z.boolean() }),
  z.object({ type: z.literal('discard'), time: seconds }),
  z.object({ type: z.literal('takenBack'), time: seconds }),
  z.object({ type: z.literal('notation'), time: seconds, abc: z.string() }),
  z.object({ type: z.literal('click'), time: seconds, accent: z.boolean() }),
  z.object({ type: z.literal('allOff'), time: seconds }),
  z.object({ type: z.literal('mode'), time: seconds, mode }),
  z.object({ type: z.literal('param'), time: seconds, id: z.string(), value: paramValue }),
  z.object({
    type: z.literal('health'),
    time: seconds,
    step: seconds,
    lateness: z.object({ p50: seconds, p99: seconds }),
    late: z.number(),
    dropped: z.number(),
  }),
  z.object({ type: z.literal('recording'), time: seconds, failure: z.string().nullable() }),
  z.object({ type: z.literal('trouble'), time: seconds, code: z.string(), message: z.string() }),
]);

const choice = z.object({ id: z.string(), name: z.string() });
const ports = z.object({
  inputs: list(z.string()),
  outputs: list(z.string()),
  input: z.string().nullable(),
  output: z.string().nullable(),
  unavailable: z.string().nullable(),
});

const description = z.object({
  time: seconds,
  phase,
  firstNoteStarts: z.exactOptional(z.boolean()),
  held: z.exactOptional(z.literal(true)),
  mode,
  plugin: choice,
  model: choice,
  plugins: list(choice),
  models: list(choice),
  params: z.object({ plugin: paramSpecs, session: paramSpecs }),
  values: z.record(z.string(), paramValue),
  notation: z.exactOptional(z.string()),
  countsBeats: z.exactOptional(z.literal(true)),
  notRecording: z.exactOptional(z.string()),
  ports,
});

const composer = z.object({
  id: z.string(),
  name: z.string(),
  description: z.exactOptional(z.string()),
  compose: composeDescriptor,
  lacks: z.exactOptional(z.string()),
});
const pieceSoFar = z.object({
  text: z.exactOptional(z.string()),
  candidates: z.number(),
  of: z.exactOptional(z.number()),
});
const pieceFile = z.object({ content: z.string(), binary: z.boolean() });

export const serverMessage = z.discriminatedUnion('type', [
  /**
   * The whole picture: after `hello`, and to everybody when plugin or model change. `history` holds the last page of the
   * music so far, in order of time, so that a panel that comes late (or comes back) can draw it; it begins at
   * `historyFrom`, before which there is more (absent: there is not). `composers`: the plugins that make pieces.
   */
  z.object({
    type: z.literal('welcome'),
    version: z.number(),
    description,
    history: list(sessionEvent),
    historyFrom: z.exactOptional(seconds),
    composers: list(composer),
  }),
  /** A page of the music that began before `before`, from `from` on (absent: from the beginning on). */
  z.object({
    type: z.literal('earlier'),
    before: seconds,
    from: z.exactOptional(seconds),
    events: list(sessionEvent),
  }),
  z.object({ type: z.literal('event'), event: sessionEvent }),
  z.object({ type: z.literal('ports'), ports }),
  /** What this client asked for is so: all panels have been told of it. */
  z.object({ type: z.literal('done'), request: z.number() }),
  /**
   * Something that this client asked for was refused; `about` is the type of its message, where that is known, and `request` its
   * number, where it has one.
   */
  z.object({
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    hint: z.exactOptional(z.string()),
    about: z.exactOptional(z.string()),
    request: z.exactOptional(z.number()),
  }),
  z.object({ type: z.literal('piece'), request: z.number(), piece: pieceShown }),
  /** The piece of `request` grows. */
  z.object({ type: z.literal('pieceSoFar'), request: z.number(), soFar: pieceSoFar }),
  z.object({ type: z.literal('pieceFile'), request: z.number(), file: pieceFile }),
  /** `time`: session time when the ping was read. */
  z.object({ type: z.literal('pong'), id: z.number(), time: seconds }),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

export type { ComposerChoice, PlayerEvent, SessionDescription };

// The schemas say what the session's types say: a difference in either direction does not compile.
true satisfies Agree<z.infer<typeof playerEvent>, PlayerEvent>;
true satisfies Agree<z.infer<typeof sessionEvent>, SessionEvent>;
true satisfies Agree<z.infer<typeof description>, SessionDescription>;
true satisfies Agree<z.infer<typeof makeTask>, MakeTask>;
true satisfies Agree<z.infer<typeof readTask>, ReadTask>;
true satisfies Agree<z.infer<typeof exportTask>, ExportTask>;
true satisfies Agree<z.infer<typeof composer>, ComposerChoice>;
true satisfies Agree<z.infer<typeof pieceSoFar>, PieceSoFar>;
true satisfies Agree<z.infer<typeof pieceFile>, PieceFile>;

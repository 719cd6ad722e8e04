import { z } from 'zod';
import type {
  ComposerChoice,
  ExportTask,
  MakeTask,
  PieceFile,
  PieceSoFar,
  ReadTask,
} from '../host/compose/control.js';
import type { NetworkShapeView, NetworkStepsView } from '../host/live/network/view.js';
import type {
  LoadChoice,
  MemberDescription,
  PlayerEvent,
  SessionDescription,
} from '../host/live/session-control.js';
import type { Agree } from '../plugin/agree.js';
import { composeDescriptor } from '../plugin/compose-descriptor.js';
import { paramSpecs, paramValue } from '../plugin/param-schema.js';
import { pieceShown } from '../plugin/piece-schema.js';
import { MOST_MEMBERS } from '../session/band-size.js';
import { sessionCommand as command, id, mode } from '../session/command-schema.js';
import type { SessionEvent } from '../session/events.js';
import { clusterHosts, hostsMessage } from './hosts-protocol.js';
import { snapshot, snapshotClientMessages, snapshotHostMessages } from './snapshots-protocol.js';

/**
 * The protocol between panel and host over the WebSocket at `/session`: JSON texts, one message each. Both sides use these schemas;
 * checks at the end of this file hold them to the session's types at compile time. Client messages are parsed strictly (an unknown
 * field is an error), host messages loosely, so that a newer host can send more to an older panel.
 */
export const PROTOCOL_VERSION = 2;

/** Path of the WebSocket. */
export const SESSION_PATH = '/session';

/** The largest message that the host reads, in bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** The longest text of a piece that the host accepts, in characters: a tune of 500 bars in ABC, with the record of how it was made. */
export const MAX_TEXT = 20_000;

/** The longest playback of a piece at a panel, in seconds. */
export const LONGEST_PIECE = 3600;

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const seconds = z.number();
const pitch = z.int().min(0).max(127);
const velocity = z.int().min(1).max(127);
const voice = z.enum(['player', 'model']);
const portName = z.string().min(1).max(256);
const member = z.exactOptional(z.string());
/** A session time claimed by a client; the host clamps it to a plausible one. */
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
/** A gate of an LSTM (input, forget, candidate, output) or of a GRU (update, reset, candidate). */
const gate = z.enum(['i', 'f', 'g', 'o', 'z', 'r', 'n']);

// Client to host

const playerEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('noteOn'), time: claimed, pitch, velocity }),
  z.strictObject({ type: z.literal('noteOff'), time: claimed, pitch }),
  z.strictObject({ type: z.literal('pedal'), time: claimed, down: z.boolean() }),
]);

export const clientMessage = z.discriminatedUnion('type', [
  /** The first message; any other before it is refused. */
  z.strictObject({ type: z.literal('hello'), version: z.int() }),
  /**
   * With a `request`, it is answered: by `done` when it is taken up (an event tells when it is so), or by `error`. Changes of a parameter that
   * have the same `gesture`, a number of the client's, are undone together, however long it lasts.
   */
  z.strictObject({
    type: z.literal('command'),
    request: z.exactOptional(request),
    command,
    gesture: z.exactOptional(z.int().min(0)),
  }),
  /** Undoes what a user changed last in this session, at whichever client. The answer is `done` or `error` with the same `request`. */
  z.strictObject({ type: z.literal('undo'), request }),
  /** Makes what was undone last again; answered likewise. */
  z.strictObject({ type: z.literal('redo'), request }),
  z.strictObject({ type: z.literal('play'), event: playerEvent }),
  /** Chooses a port. The answer is `done` or `error` with the same `request`. */
  z.strictObject({
    type: z.literal('connect'),
    request,
    which: z.enum(['input', 'output']),
    port: portName.nullable(),
  }),
  /**
   * Loads a plugin or model beside what plays; of several requests the last is loaded. It plays at the next phrase, or at once (`when`).
   * `members`: those who play along from now on, in place of those who did. The answer is `done` or `error` with the same `request`, when it
   * plays.
   */
  z.strictObject({
    type: z.literal('load'),
    request,
    plugin: z.exactOptional(id),
    model: z.exactOptional(id),
    when: z.exactOptional(z.enum(['phrase', 'now'])),
    members: z.exactOptional(
      list(z.strictObject({ plugin: id, model: z.exactOptional(id) })).refine(
        ({ length }) => length <= MOST_MEMBERS - 1,
        `a band has ${MOST_MEMBERS} members at most`,
      ),
    ),
  }),
  /** What is being loaded plays as soon as it can, whoever asked for it. No answer comes. */
  z.strictObject({ type: z.literal('hurryLoad') }),
  /** Cancels what is being loaded: its `load` gets an `error` with LOAD_CANCELLED. No answer comes. */
  z.strictObject({ type: z.literal('cancelLoad') }),
  /** Makes a piece, one at a time. The answer is `piece` or `error` with the same `request`. */
  z.strictObject({ type: z.literal('makePiece'), request, task: makeTask }),
  /** Reads a piece from a text; answered like `makePiece`. */
  z.strictObject({ type: z.literal('readPiece'), request, task: readTask }),
  /** Cancels a request; no answer comes. */
  z.strictObject({ type: z.literal('cancelPiece'), request }),
  /** Exports a piece in another format. The answer is `pieceFile`. */
  z.strictObject({ type: z.literal('exportPiece'), request, task: exportTask }),
  /** Requests the page of music that began before `before`, the start of the previous page. */
  z.strictObject({ type: z.literal('earlier'), before: z.number() }),
  /**
   * A piece plays at this panel for at most `seconds`; 0: it is over. Until then, or until the panel disconnects, no note starts
   * the session and the model is silent at all panels, which see `held`. Start and Again also end it.
   */
  z.strictObject({ type: z.literal('piecePlays'), seconds: z.number().min(0).max(LONGEST_PIECE) }),
  /**
   * Shows this panel what the network does, or no longer: `networkShape`, then `networkSteps` at most 12.5 times a second, of at most
   * 64 kB each, until it says otherwise or disconnects. A panel that reads too slowly gets fewer. `member`: whose network in a band
   * (absent: the first's); `gate`: a gate to be sent beside h and c. Said again with another choice, that is shown in place of the one before.
   */
  z.strictObject({
    type: z.literal('watchNetwork'),
    on: z.boolean(),
    member: z.exactOptional(id),
    gate: z.exactOptional(gate),
  }),
  ...snapshotClientMessages,
  /** Requests the session's clock; `pong` has the same `id`. */
  z.strictObject({ type: z.literal('ping'), id: z.int().min(0) }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

// Host to client

const phase = z.enum(['stopped', 'waiting', 'listening', 'playing', 'together']);

export const sessionEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('phase'),
    time: seconds,
    phase,
    takeOverAt: z.exactOptional(seconds),
    held: z.exactOptional(z.literal(true)),
    member,
  }),
  z.object({
    ...{ type: z.literal('noteOn'), id: z.number(), voice, time: seconds, pitch, velocity },
    part: z.exactOptional(z.string()),
    member,
    /** In the music so far, of a model: how it sounded, by General MIDI. Another plugin may play by now. */
    instrument: z.exactOptional(
      z.object({ channel: z.exactOptional(z.number()), program: z.exactOptional(z.number()) }),
    ),
  }),
  z.object({ type: z.literal('noteOff'), id: z.number(), time: seconds }),
  z.object({ type: z.literal('pedal'), voice, time: seconds, down: z.boolean() }),
  z.object({ type: z.literal('discard'), time: seconds, member }),
  z.object({ type: z.literal('takenBack'), time: seconds, member }),
  z.object({ type: z.literal('kept'), time: seconds, id: z.string() }),
  z.object({ type: z.literal('restored'), time: seconds, id: z.string(), member }),
  z.object({ type: z.literal('notation'), time: seconds, abc: z.string(), member }),
  z.object({ type: z.literal('click'), time: seconds, accent: z.boolean() }),
  z.object({ type: z.literal('allOff'), time: seconds, member }),
  z.object({ type: z.literal('mode'), time: seconds, mode, member }),
  z.object({ type: z.literal('param'), time: seconds, id: z.string(), value: paramValue, member }),
  z.object({ type: z.literal('mute'), time: seconds, muted: z.boolean(), member }),
  z.object({
    type: z.literal('health'),
    time: seconds,
    step: seconds,
    lateness: z.object({ p50: seconds, p99: seconds }),
    late: z.number(),
    dropped: z.number(),
    notes: list(seconds),
    atOnce: list(seconds),
  }),
  z.object({ type: z.literal('recording'), time: seconds, failure: z.string().nullable() }),
  z.object({ type: z.literal('trouble'), time: seconds, code: z.string(), message: z.string(), member }),
]);

const choice = z.object({ id: z.string(), name: z.string() });
const ports = z.object({
  inputs: list(z.string()),
  outputs: list(z.string()),
  input: z.string().nullable(),
  output: z.string().nullable(),
  unavailable: z.string().nullable(),
  taken: z.exactOptional(
    z.object({ inputs: z.record(z.string(), z.string()), outputs: z.record(z.string(), z.string()) }),
  ),
  waits: z.exactOptional(
    z.object({ input: z.exactOptional(z.string()), output: z.exactOptional(z.string()) }),
  ),
});

const voiceDescription = z.object({
  ...{ id: z.string(), name: z.string() },
  ...{ channel: z.exactOptional(z.number()), program: z.exactOptional(z.number()) },
});

const memberDescription = z.object({
  id: z.string(),
  name: z.string(),
  plugin: choice,
  model: choice,
  mode,
  phase,
  muted: z.boolean(),
  params: z.object({ plugin: paramSpecs, session: paramSpecs }),
  values: z.record(z.string(), paramValue),
  voices: list(voiceDescription),
  notation: z.exactOptional(z.string()),
});

const coming = z.object({
  plugin: choice,
  model: choice,
  members: z.exactOptional(list(choice)),
  ready: z.boolean(),
});

const change = z.object({ label: z.string() }).nullable();
const undoable = z.object({ undo: change, redo: change });

export const description = z.object({
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
  voices: z.exactOptional(list(voiceDescription)),
  notRecording: z.exactOptional(z.string()),
  muted: z.exactOptional(z.literal(true)),
  members: z.exactOptional(list(memberDescription)),
  coming: z.exactOptional(coming),
  undoable: z.exactOptional(undoable),
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

const networkShape = z.object({
  layers: list(z.object({ cell: z.enum(['lstm', 'gru', 'rnn']), units: z.number() })),
  classes: z.number(),
  gates: z.exactOptional(z.literal(true)),
});
const networkToken = z.object({
  position: z.number(),
  time: seconds,
  drawn: z.boolean(),
  nats: z.number(),
  choices: list(
    z.object({
      words: z.string(),
      probability: z.number(),
      afterGrammar: z.number(),
      forbidden: z.exactOptional(z.literal(true)),
      chosen: z.exactOptional(z.literal(true)),
    }),
  ),
});
const networkSteps = z.object({
  tokens: list(networkToken),
  state: z.exactOptional(
    z.object({
      ...{ time: seconds, position: z.number(), h: z.string(), c: z.exactOptional(z.string()) },
      gate: z.exactOptional(z.object({ name: gate, values: z.string() })),
    }),
  ),
  dropped: z.number(),
});

export const serverMessage = z.discriminatedUnion('type', [
  /**
   * The complete state: sent after `hello`, and to everybody when plugin or model change. `history` holds the last page of the
   * music so far, ordered by time, for a panel that connects late or again; it begins at `historyFrom`, before which there is more
   * (absent: there is not). `composers`: the plugins that make pieces. `snapshots`: the moments that can be gone back to.
   */
  z.object({
    type: z.literal('welcome'),
    version: z.number(),
    description,
    history: list(sessionEvent),
    historyFrom: z.exactOptional(seconds),
    composers: list(composer),
    ...clusterHosts,
    /** In a cluster: the id of the session, by which every host leads to it. */
    session: z.exactOptional(z.string()),
    snapshots: z.exactOptional(list(snapshot)),
  }),
  hostsMessage,
  /** A page of the music that began before `before`, from `from` on (absent: from the beginning). */
  z.object({
    type: z.literal('earlier'),
    before: seconds,
    from: z.exactOptional(seconds),
    events: list(sessionEvent),
  }),
  z.object({ type: z.literal('event'), event: sessionEvent }),
  /** The last page of the music in place of all that was told before, after `restored`, or where earlier music was read from a take; `historyFrom` as in a welcome. */
  z.object({
    type: z.literal('music'),
    history: list(sessionEvent),
    historyFrom: z.exactOptional(seconds),
  }),
  z.object({ type: z.literal('ports'), ports }),
  /** What is being loaded beside what plays; `ready`: it plays at the next phrase. null: nothing any more. */
  z.object({ type: z.literal('coming'), coming: coming.nullable() }),
  /** What can be undone and done again next, named by what it changed; null: nothing. */
  z.object({ type: z.literal('undoable'), ...undoable.shape }),
  /** A request of this client succeeded; all panels have been told of the change. */
  z.object({ type: z.literal('done'), request: z.number() }),
  /**
   * A message of this client was refused. `about` is the type of the message, where that is known, and `request` its number, where
   * it has one.
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
  /** Progress of the piece of `request`. */
  z.object({ type: z.literal('pieceSoFar'), request: z.number(), soFar: pieceSoFar }),
  z.object({ type: z.literal('pieceFile'), request: z.number(), file: pieceFile }),
  /** For a panel that watches the network: what there is to see, first and when another engine plays. */
  z.object({ type: z.literal('networkShape'), member, shape: networkShape }),
  /** What the network did since the last such message, and the layers before the last token. */
  z.object({ type: z.literal('networkSteps'), member, steps: networkSteps }),
  ...snapshotHostMessages,
  /** `time`: session time at which the ping was read. */
  z.object({ type: z.literal('pong'), id: z.number(), time: seconds }),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

/** What a panel that watches the network is shown. */
export type NetworkSteps = z.infer<typeof networkSteps>;
export type NetworkToken = z.infer<typeof networkToken>;
export type Coming = z.infer<typeof coming>;
export type Undoable = z.infer<typeof undoable>;
export type Snapshot = z.infer<typeof snapshot>;
export type NetworkShape = z.infer<typeof networkShape>;
export type NetworkGate = z.infer<typeof gate>;

export type { ComposerChoice, LoadChoice, MemberDescription, PlayerEvent, SessionDescription };

// The schemas match the session's types: a difference in either direction does not compile.
true satisfies Agree<z.infer<typeof playerEvent>, PlayerEvent>;
true satisfies Agree<z.infer<typeof sessionEvent>, SessionEvent>;
true satisfies Agree<z.infer<typeof description>, SessionDescription>;
true satisfies Agree<z.infer<typeof makeTask>, MakeTask>;
true satisfies Agree<z.infer<typeof readTask>, ReadTask>;
true satisfies Agree<z.infer<typeof exportTask>, ExportTask>;
true satisfies Agree<z.infer<typeof composer>, ComposerChoice>;
true satisfies Agree<z.infer<typeof pieceSoFar>, PieceSoFar>;
true satisfies Agree<z.infer<typeof pieceFile>, PieceFile>;
true satisfies Agree<NetworkShape, NetworkShapeView>;
true satisfies Agree<NetworkSteps, NetworkStepsView>;

import { z } from 'zod';
import type { TuneAnswer, TuneSoFar, TuneTask } from '../host/compose/control.js';
import type { PlayerEvent, SessionDescription } from '../host/live/session-control.js';
import type { Agree } from '../plugin/agree.js';
import { paramSpecs } from '../plugin/param-schema.js';
import { TUNE_OPTIONS } from '../plugins/folk/compose/tune-options.js';
import { sessionCommand as command, id, mode, paramValue } from '../session/command-schema.js';
import type { SessionEvent } from '../session/events.js';

/**
 * What the panel and the host say to each other over the WebSocket at `/session`: JSON texts, one message each.
 * The same schemas on both sides; the types at the end of this file are held to the session's own by the compiler.
 * What a client says is read strictly (an unknown field is an error), what the host says loosely, so that a newer host
 * may say more to an older panel.
 */
export const PROTOCOL_VERSION = 1;

/** Where the WebSocket stands. */
export const SESSION_PATH = '/session';

/** The largest message that the host reads, in bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** The longest ABC text that the host takes, in characters: a tune of 500 bars, and how it came to be. */
export const MAX_ABC = 20_000;

/** A tune that is played at a panel is believed to be over after this, in seconds. */
export const LONGEST_TUNE = 3600;

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const seconds = z.number();
const pitch = z.int().min(0).max(127);
const velocity = z.int().min(1).max(127);
const voice = z.enum(['player', 'model']);
const portName = z.string().min(1).max(256);
/** A session time as a client claims it; the host believes it as far as it can be true. */
const claimed = z.exactOptional(z.number().min(0));

const words = ({ maxLength }: { readonly maxLength: number }) => z.string().min(1).max(maxLength);
const number = ({ min, max }: { readonly min: number; readonly max: number }) => z.number().min(min).max(max);
const whole = (option: { readonly min: number; readonly max: number }) =>
  number(option).refine(Number.isInteger);

const settings = {
  type: z.exactOptional(z.enum(TUNE_OPTIONS.type.choices)),
  key: z.exactOptional(words(TUNE_OPTIONS.key)),
  meter: z.exactOptional(words(TUNE_OPTIONS.meter)),
  form: words(TUNE_OPTIONS.form),
  bars: whole(TUNE_OPTIONS.bars),
  range: words(TUNE_OPTIONS.range),
  temperature: number(TUNE_OPTIONS.temperature),
  topP: number(TUNE_OPTIONS.topP),
  seed: z.exactOptional(whole(TUNE_OPTIONS.seed)),
  bestOf: whole(TUNE_OPTIONS.bestOf),
  novel: z.boolean(),
  title: z.exactOptional(words(TUNE_OPTIONS.title)),
  tempo: z.exactOptional(words(TUNE_OPTIONS.tempo)),
};
const abc = z.string().min(1).max(MAX_ABC);
const barList = z.string().min(1).max(1000);
const tuneTask = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('make'),
    settings: z.strictObject(settings),
    from: z.exactOptional(
      z.strictObject({
        abc,
        change: z.discriminatedUnion('type', [
          z.strictObject({ type: z.literal('redo'), bars: barList }),
          z.strictObject({ type: z.literal('keep'), bars: barList }),
          z.strictObject({ type: z.literal('vary') }),
          z.strictObject({ type: z.literal('goOn'), after: z.exactOptional(z.int().min(1).max(9999)) }),
        ]),
      }),
    ),
  }),
  z.strictObject({ type: z.literal('read'), abc }),
]);
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
  /** Asks for a tune, one at a time; `request` comes back with it. An error about it may come instead. */
  z.strictObject({ type: z.literal('generateTune'), request, task: tuneTask }),
  /** Gives a tune up that was asked for: nothing comes of it any more. */
  z.strictObject({ type: z.literal('cancelTune'), request }),
  /** Asks for a page of the music that began before `before`, as the last page said where it begins. */
  z.strictObject({ type: z.literal('earlier'), before: z.number() }),
  /**
   * A tune is played at this panel, for as many seconds at most; 0: it is over. Until then, or until the panel is gone, no note starts
   * the session and the model is silent, at this panel and at all others: `held` says so. Start and Again end it, too.
   */
  z.strictObject({ type: z.literal('tunePlays'), seconds: z.number().min(0).max(LONGEST_TUNE) }),
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

const tune = z.object({
  abc: z.string(),
  title: z.string(),
  bars: list(z.object({ number: z.number(), part: z.string() })),
  notes: list(z.object({ pitch, velocity, start: seconds, end: seconds })),
  bpm: z.number(),
  midi: z.string(),
  lost: z.record(z.string(), z.number()),
  made: z.exactOptional(
    z.object({
      settings: z.object({ ...settings, seed: z.number() }),
      model: z.object({ id: z.string(), hash: z.string() }),
      cut: z.number(),
      forced: z.number(),
      inPart: z.boolean(),
      why: z.exactOptional(list(z.object({ good: z.boolean(), text: z.string() }))),
      sharedRun: z.exactOptional(
        z.object({ notes: z.number(), title: z.string(), book: z.string() }).nullable(),
      ),
    }),
  ),
});
const tuneSoFar = z.object({ abc: z.exactOptional(z.string()), candidates: z.number() });

export const serverMessage = z.discriminatedUnion('type', [
  /**
   * The whole picture: after `hello`, and to everybody when plugin or model change. `history` holds the last page of the
   * music so far, in order of time, so that a panel that comes late (or comes back) can draw it; it begins at
   * `historyFrom`, before which there is more (absent: there is not).
   */
  z.object({
    type: z.literal('welcome'),
    version: z.number(),
    description,
    history: list(sessionEvent),
    historyFrom: z.exactOptional(seconds),
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
  z.object({ type: z.literal('tune'), request: z.number(), tune }),
  /** The tune of `request` grows. */
  z.object({ type: z.literal('tuneSoFar'), request: z.number(), soFar: tuneSoFar }),
  /** `time`: session time when the ping was read. */
  z.object({ type: z.literal('pong'), id: z.number(), time: seconds }),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

export type { PlayerEvent, SessionDescription };

// The schemas say what the session's types say: a difference in either direction does not compile.
true satisfies Agree<z.infer<typeof playerEvent>, PlayerEvent>;
true satisfies Agree<z.infer<typeof sessionEvent>, SessionEvent>;
true satisfies Agree<z.infer<typeof description>, SessionDescription>;
true satisfies Agree<z.infer<typeof tuneTask>, TuneTask>;
true satisfies Agree<z.infer<typeof tune>, TuneAnswer>;
true satisfies Agree<z.infer<typeof tuneSoFar>, TuneSoFar>;

import type { Codec, Pulse, StreamEvent, TurnKind } from '../codec/codec.js';
import { ContinuoError } from '../errors.js';
import type { StepEngine } from '../model/engine.js';
import type { ToldPulse } from '../music/beats/tracker.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds } from '../music/units.js';
import type { ParamValues } from '../plugin/definition.js';
import type { Grammar, GrammarContext } from '../plugin/live.js';
import type { SessionEvent } from './events.js';
import type { NoteLedger } from './ledger.js';
import { Scheduler } from './scheduler.js';
import type { TakeRecord } from './take.js';
import { type Draw, type Mark, Timeline } from './timeline.js';

/** What the model's voice is made of; everything is handed in. */
export interface VoiceParts {
  readonly engine: StepEngine;
  readonly codec: Codec;
  readonly grammar: Grammar | null;
  /** Draws by the given parameters from generator `branch`, made anew for each branch; `drawn`: so many of its numbers are used up. */
  readonly createDraw: (branch: number, params: ParamValues, drawn?: number) => Draw;
  readonly ledger: NoteLedger;
  /** Session time at this very moment: how late a note is sent. Without it every note counts as punctual. */
  readonly clock?: () => Seconds;
  readonly emit: (event: SessionEvent) => void;
  readonly record: (record: TakeRecord) => void;
}

/** How long a turn is to last, and how it comes about. */
export interface Span {
  readonly kind: TurnKind;
  /** From here on nothing new begins; null: until somebody stops it. */
  readonly endsAt: Seconds | null;
  /** From here on it looks for a place to close at; null: it plays on. */
  readonly closesAt: Seconds | null;
}

/** A turn of the model: it begins, should end somewhere, and is over where its last note ends. */
interface Turn {
  /** As {@link Span.endsAt}. */
  endsAt: Seconds | null;
  /** As {@link Span.closesAt}. */
  closesAt: Seconds | null;
  /** It ends where it has found a place to close at. */
  closed: boolean;
  /** The stream's own pulse says so: a note that begins there is the next turn's. */
  exact: boolean;
  /** As the network stood when it began, knowing what it had heard; null where the player has played since. */
  startMark: Mark | null;
  readonly beganAt: Seconds;
  /** Where it came to its end, once that is decided. */
  doneAt: Seconds | null;
}

/** How a turn would begin, as far as that was found out. */
interface Rehearsal {
  readonly time: Seconds;
  readonly span: Span;
  readonly draw: Draw;
  tokens: number;
}

/** A token, and what it makes happen. */
interface Sampled {
  readonly token: number;
  readonly events: readonly StreamEvent[];
}

/** What the player's hands and foot do now. */
interface HeldInput {
  readonly held: ReadonlySet<Pitch>;
  readonly pedal: boolean;
}

/** Notes that still sound may ring on this long after the end of a turn. */
const RINGING: Seconds = 1.5;
/** The same after a close, whose last chord may be held. */
const RINGING_OUT: Seconds = 4;
/** Where no good place to close at comes for so long, any is good enough. */
const CLOSE_SEARCH_LIMIT: Seconds = 20;
/** How far beyond its beginning a turn is rehearsed, and with how many tokens at most: its first chord, and what it leads to. */
const REHEARSED: Seconds = 0.1;
const MOST_REHEARSED = 64;
/** A turn has its way for so long. */
const DRIFT_GRACE: Seconds = 10;
/** More tokens than any music has at one moment: a network that never lets time pass is stopped there. */
const MAX_TOKENS_AT_ONE_TIME = 256;

/** The model as a player: its stream, its plan, its notes on the output. It knows turns only as "play until". */
export class ModelVoice {
  readonly scheduler = new Scheduler();
  #timeline: Timeline;
  readonly #mask: Uint8Array; // (class), 1 = allowed
  readonly #biased: Float32Array; // (class)
  #draw: Draw;
  #branch = 0;
  #turn: Turn | null = null;
  #rehearsal: Rehearsal | null = null;
  /** So many tokens of the turn were drawn in its rehearsal; null where it does not follow one (any more). */
  #rehearsed: number | null = null;
  /** Ids of the model's notes that are open at the end of the plan, and of those that have begun to sound. */
  #planned = new Map<Pitch, number>();
  readonly #sounding = new Map<Pitch, number>();

  constructor(
    private readonly parts: VoiceParts,
    private params: ParamValues,
    private readonly nextId: () => number,
    time: Seconds,
  ) {
    this.#timeline = new Timeline(parts.engine, parts.codec, time);
    this.#timeline.stream.setParams?.(params);
    this.#mask = new Uint8Array(parts.codec.vocabulary.size);
    this.#biased = new Float32Array(parts.codec.vocabulary.size);
    this.#draw = parts.createDraw(0, params);
  }

  get playing(): boolean {
    return this.#turn !== null;
  }

  /** When the turn under way is over; null where that is not decided yet. */
  get doneAt(): Seconds | null {
    return this.#turn?.doneAt ?? null;
  }

  /** Session time at the end of what has been decided. */
  get head(): Seconds {
    return this.#timeline.stream.head;
  }

  /** How the beats lie at the head; undefined where the stream has none. */
  get pulse(): Pulse | undefined {
    return this.#timeline.stream.pulse;
  }

  /** The network's state now, a copy. */
  state(): Float32Array {
    return this.#timeline.state();
  }

  mark(): Mark {
    return this.#timeline.mark();
  }

  /** The player did this, while the model rests. */
  feed(event: PerformanceEvent): void {
    this.#rehearsal = null;
    this.#feedTokens(this.#timeline.stream.feed(event));
  }

  /** The player did this, while the model plays: what is not yet sounding is decided anew, knowing it. */
  feedDuringTurn(event: PerformanceEvent): void {
    this.discard(event.time);
    if (this.#turn && event.type === 'noteOn') this.#turn.startMark = null;
    this.feed(event);
    this.#feedTokens(this.#timeline.stream.advance(event.time));
    // It may have been written without a token.
    this.#timeline.commit();
    this.#yieldNotes(event.time);
  }

  /** A key that the player strikes while the model holds it is the player's from now on. */
  #yieldNotes(time: Seconds): void {
    const open = this.#timeline.stream.openNotes('model');
    for (const [pitch, id] of this.#sounding) {
      if (open.includes(pitch)) continue;
      this.#silence(pitch, id, time);
      this.#sounding.delete(pitch);
      this.#planned.delete(pitch);
    }
  }

  #silence(pitch: Pitch, id: number, time: Seconds): void {
    this.parts.ledger.off('model', pitch);
    this.parts.emit({ type: 'noteOff', id, time });
  }

  /**
   * Finds out a portion of what a turn that begins at `time` would begin with, so that its first notes are ready then. It sounds,
   * tells and records nothing. Returns whether there is more to find out.
   */
  rehearse(time: Seconds, span: Span, portion: number): boolean {
    const { stream } = this.#timeline;
    let known = this.#rehearsal;
    if (known === null || !isRehearsalOf(known, time, span)) {
      known = { time, span, draw: this.parts.createDraw(this.#branch + 1, this.params), tokens: 0 };
      this.#rehearsal = known;
      this.#timeline.discardRehearsal();
      this.#timeline.rehearse(() => {
        this.#timeline.feed(stream.advance(time));
        this.#timeline.feed(stream.beginTurn?.(span.endsAt ?? span.closesAt, span.kind).tokens ?? []);
      });
    }
    let more = true;
    this.#timeline.rehearse(() => {
      for (let count = 0; more && count < portion; count++) {
        more = known.tokens < MOST_REHEARSED && stream.head <= time + REHEARSED;
        if (more) this.#sample(false, known.draw);
        known.tokens++;
      }
    });
    return more;
  }

  /** The model's turn begins at `time`. */
  begin(time: Seconds, span: Span): void {
    const rehearsed = this.#rehearsal !== null && isRehearsalOf(this.#rehearsal, time, span);
    this.#rehearsal = null;
    const { stream } = this.#timeline;
    this.#feedTokens(stream.advance(time));
    const begun = stream.beginTurn?.(span.endsAt ?? span.closesAt, span.kind);
    this.#feedTokens(begun?.tokens ?? []);
    const exact = begun?.end ?? null;
    const startMark = this.parts.grammar?.hasDrifted ? this.mark() : null;
    this.#turn = {
      ...{ endsAt: exact ?? span.endsAt, exact: exact !== null, doneAt: null },
      ...{ closesAt: exact === null ? span.closesAt : null, closed: false },
      ...{ startMark, beganAt: this.head },
    };
    // The head may have moved without a token: what came before is not to be sampled anew for that.
    if (stream.beginTurn) this.#timeline.commit();
    this.#branchOff();
    if (rehearsed) this.#rehearsed = 0;
  }

  /**
   * Samples until the plan is past `horizon`, but `most` tokens at most. Returns false where the network does not let
   * time pass.
   */
  plan(horizon: Seconds, most = Number.POSITIVE_INFINITY): boolean {
    const turn = this.#turn;
    const { branch, tokens } = { branch: this.#branch, tokens: [] as number[] };
    let head = this.head;
    let atOnce = 0;
    while (
      turn &&
      turn.doneAt === null &&
      this.head <= horizon &&
      atOnce < MAX_TOKENS_AT_ONE_TIME &&
      tokens.length < most
    ) {
      const ending = this.#ends(turn);
      turn.doneAt = ending ? this.#finishedAt(turn) : null;
      if (turn.doneAt !== null) break;
      if (!ending && this.#hasDrifted(turn)) this.#returnToStart(turn, tokens);
      const { token, events } = this.#takeRehearsed(ending) ?? this.#sample(ending, this.#draw);
      tokens.push(token);
      for (const event of events) this.#schedule(event);
      if (!Number.isFinite(this.head)) throw streamFailure(`moved its head to ${this.head} s`);
      atOnce = this.head > head ? 0 : atOnce + 1;
      head = this.head;
    }
    if (tokens.length > 0) this.parts.record({ type: 'sampled', branch, tokens });
    return atOnce < MAX_TOKENS_AT_ONE_TIME;
  }

  /** Whether nothing new begins at the head any more. */
  #ends(turn: Turn): boolean {
    if (turn.endsAt === null && this.#mayClose()) {
      turn.endsAt = this.head;
      turn.closed = true;
    }
    return turn.endsAt !== null && this.head >= turn.endsAt;
  }

  #mayClose(): boolean {
    const closing = this.#closing;
    if (closing === undefined) return false;
    if (closing >= CLOSE_SEARCH_LIMIT) return true;
    const { stream } = this.#timeline;
    return (
      this.parts.grammar?.mayClose?.({ params: this.params, stream, ending: false, closingFor: closing }) ??
      true
    );
  }

  /** For how long the turn has looked for a place to close at, at the head; undefined where it does not. */
  get #closing(): Seconds | undefined {
    const closesAt = this.#turn?.closesAt ?? null;
    return closesAt === null || this.head < closesAt ? undefined : this.head - closesAt;
  }

  /** A close that was found for later than the head is looked for anew. */
  #reopenSearch(): void {
    const turn = this.#turn;
    if (!turn?.closed || this.head >= turn.endsAt!) return;
    turn.closed = false;
    turn.endsAt = null;
  }

  /** From `time` on, the turn under way looks for a place to close at from `closesAt` on; null: it plays on. */
  closeFrom(closesAt: Seconds | null, time: Seconds): void {
    const turn = this.#turn;
    if (turn === null) return;
    this.discard(time);
    const from = closesAt === null ? null : Math.max(time, closesAt);
    const { stream } = this.#timeline;
    const end = stream.setTurnEnd?.(from);
    if (end !== undefined) {
      turn.endsAt = end;
      turn.exact = end !== null;
      // As where a turn begins: what came before is not to be sampled anew for that.
      this.#timeline.commit();
    } else if (!turn.closed) turn.closesAt = from;
  }

  #hasDrifted({ startMark, beganAt }: Turn): boolean {
    const { stream } = this.#timeline;
    if (startMark === null || this.head < beganAt + DRIFT_GRACE) return false;
    return this.parts.grammar?.hasDrifted?.({ params: this.params, stream, ending: false }) === true;
  }

  /** Ends what the model holds, and has the network stand where it stood when the turn began. */
  #returnToStart({ startMark }: Turn, tokens: number[]): void {
    const { stream } = this.#timeline;
    const here = stream.snapshot();
    const release = stream.release().tokens;
    stream.restore(here);
    for (const token of release) {
      this.#timeline.sample(() => token, this.#mask);
      tokens.push(token);
      for (const event of stream.accept(token)) this.#schedule(event);
    }
    this.#timeline.restoreNetwork(startMark!);
    stream.forgetModelOnsets?.();
  }

  /** When the turn is over, whose end the head has reached; null where a note still rings. */
  #finishedAt({ endsAt, exact, closed }: Turn): Seconds | null {
    if (this.#timeline.stream.openNotes('model').length === 0) return this.head;
    // What began there said no more than that the note before it ends: it is taken back with the turn's end.
    if (exact) return endsAt;
    return this.head >= endsAt! + (closed ? RINGING_OUT : RINGING) ? this.head : null;
  }

  /** The next token as it was rehearsed; null where it was not: from there on tokens are drawn. */
  #takeRehearsed(ending: boolean): Sampled | null {
    if (this.#rehearsed === null) return null;
    const token = ending ? undefined : this.#timeline.rehearsedToken;
    if (token === undefined) {
      this.#draw = this.parts.createDraw(this.#branch, this.params, this.#rehearsed);
      this.#rehearsed = null;
      return null;
    }
    this.#rehearsed++;
    this.#timeline.sample(() => token, this.#mask);
    return { token, events: this.#timeline.stream.accept(token) };
  }

  /** One token of the model's, and what it makes happen. */
  #sample(ending: boolean, draw: Draw): Sampled {
    const { stream } = this.#timeline;
    this.#mask.fill(1);
    const closing = this.#closing;
    const context = {
      params: this.params,
      stream,
      ending,
      ...(closing !== undefined && { closingFor: closing }),
    };
    this.parts.grammar?.forbid(this.#mask, context);
    // After the grammar: where the two leave nothing, the stream lets time pass.
    stream.forbid(this.#mask);
    const token = this.#timeline.sample(
      (logits, mask) => draw(this.#withBias(logits, context), mask),
      this.#mask,
    );
    return { token, events: stream.accept(token) };
  }

  /** The network's logits, or as the grammar leans them. */
  #withBias(logits: Float32Array, context: GrammarContext): Float32Array {
    const { grammar } = this.parts;
    if (!grammar?.bias) return logits;
    this.#biased.set(logits);
    return grammar.bias(this.#biased, context) ? this.#biased : logits;
  }

  #schedule(event: StreamEvent): void {
    checkEvent(event);
    if (event.type === 'noteOn') {
      const id = this.nextId();
      this.#planned.set(event.pitch, id);
      const { type, time, pitch, velocity } = event;
      this.parts.emit({ type, time, pitch, velocity, id, voice: 'model' });
      this.scheduler.plan({ event, id });
    } else if (event.type === 'noteOff') {
      const id = this.#planned.get(event.pitch);
      if (id === undefined) return;
      this.#planned.delete(event.pitch);
      this.parts.emit({ type: 'noteOff', id, time: event.time });
      this.scheduler.plan({ event, id });
    }
  }

  /** Hands to the output what is due at `until`. */
  dispatch(until: Seconds): void {
    for (let due = this.scheduler.take(until); due; due = this.scheduler.take(until)) {
      const { event, id } = due;
      const heard = this.scheduler.punctual(due, this.parts.clock?.() ?? until);
      if (event.type === 'noteOn') {
        this.#sounding.set(event.pitch, id);
        if (heard) this.parts.ledger.on('model', event.pitch, event.velocity, event.part);
        else this.parts.record({ type: 'dropped', time: event.time, pitch: event.pitch });
      } else {
        this.#sounding.delete(event.pitch);
        if (heard) this.parts.ledger.off('model', event.pitch);
      }
    }
  }

  /** What was decided for later than `time` will not be; what comes instead is drawn from a new branch. */
  discard(time: Seconds): void {
    const taken = this.#timeline.rollback(time);
    this.scheduler.discardAfter(time);
    this.#planned = new Map(this.#sounding);
    if (this.#turn) this.#turn.doneAt = null;
    this.#reopenSearch();
    this.#branchOff();
    if (taken === 0) return;
    this.parts.record({ type: 'back', length: this.#timeline.position });
    this.parts.emit({ type: 'discard', time });
  }

  /** The turn ends at `time`: nothing more is planned, what sounds ends now. */
  end(time: Seconds): void {
    this.discard(time);
    this.#turn = null;
    const { stream } = this.#timeline;
    this.#feedTokens(stream.advance(time));
    this.#feedTokens(stream.release().tokens);
    for (const [pitch, id] of this.#sounding) this.#silence(pitch, id, time);
    this.#sounding.clear();
    this.#planned.clear();
  }

  /** Goes back to `mark`, as if what came after had not been, and goes on from `time`. Only while no turn is under way. */
  restore(mark: Mark, time: Seconds, player: HeldInput): void {
    this.#timeline.restore(mark);
    this.parts.record({ type: 'back', length: mark.position });
    this.#timeline.stream.seek(time);
    this.releaseUnheld(time, player);
  }

  /** The stream may hold what nobody holds any more, since it did not hear the end or went back before it: that ends now. */
  releaseUnheld(time: Seconds, player: HeldInput): void {
    const { stream } = this.#timeline;
    this.#feedTokens(stream.release().tokens);
    for (const pitch of stream.openNotes('player')) {
      if (!player.held.has(pitch)) this.feed({ type: 'noteOff', time, pitch });
    }
    this.feed({ type: 'pedal', time, down: player.pedal });
  }

  /** Lets go of the network's state; the voice is of no use any more. */
  free(): void {
    this.#timeline.free();
  }

  /** A zero state and a new stream. Only while no turn is under way. */
  reset(time: Seconds): void {
    this.#rehearsal = null;
    this.#timeline.free();
    this.#timeline = new Timeline(this.parts.engine, this.parts.codec, time);
    this.#timeline.stream.setParams?.(this.params);
    this.parts.record({ type: 'zero' });
  }

  /** New parameters hold from `time` on. */
  setParams(params: ParamValues, time: Seconds): void {
    this.params = params;
    this.#rehearsal = null;
    if (this.playing) this.discard(time);
    const { stream } = this.#timeline;
    stream.setParams?.(params);
    // In another tempo it comes to its bar line at another time.
    if (this.#turn?.exact) this.#turn.endsAt = stream.turnEnd ?? null;
  }

  /** Somebody says where the beats lie; what is not yet sounding is decided anew by them. */
  setPulse(pulse: ToldPulse | null, time: Seconds): void {
    const { stream } = this.#timeline;
    if (!stream.setPulse) return;
    this.#rehearsal = null;
    if (this.playing) this.discard(time);
    stream.setPulse(pulse, time);
    this.#timeline.commit();
    if (this.#turn?.exact) this.#turn.endsAt = stream.turnEnd ?? null;
  }

  #branchOff(): void {
    this.#branch++;
    this.#rehearsed = null;
    this.#draw = this.parts.createDraw(this.#branch, this.params);
  }

  #feedTokens(tokens: readonly number[]): void {
    if (tokens.length === 0) return;
    this.#timeline.feed(tokens);
    this.parts.record({ type: 'fed', tokens });
  }
}

function isRehearsalOf(rehearsal: Rehearsal, time: Seconds, { endsAt, closesAt }: Span): boolean {
  const { span } = rehearsal;
  return rehearsal.time === time && span.endsAt === endsAt && span.closesAt === closesAt;
}

/** A codec is a plugin's: what no output could play is not planned. Throws PLUGIN_FAILED. */
function checkEvent(event: PerformanceEvent): void {
  if (!Number.isFinite(event.time)) throw streamFailure(`made something happen at ${event.time} s`);
  if (event.type === 'pedal') return;
  if (!isMidi(event.pitch, 0)) throw streamFailure(`played the pitch ${event.pitch}; a pitch is 0 to 127`);
  if (event.type === 'noteOn' && !isMidi(event.velocity, 1))
    throw streamFailure(`played a note with velocity ${event.velocity}; a velocity is 1 to 127`);
}

const isMidi = (value: number, least: number) => Number.isInteger(value) && value >= least && value <= 127;

function streamFailure(what: string): ContinuoError {
  return new ContinuoError(
    'PLUGIN_FAILED',
    `The codec's stream ${what}.`,
    'The author of the plugin can mend it.',
  );
}

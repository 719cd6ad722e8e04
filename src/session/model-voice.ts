import type { Codec, Pulse, StreamEvent } from '../codec/codec.js';
import type { StepEngine } from '../model/engine.js';
import type { Draw } from '../model/sampler.js';
import type { Tap } from '../model/tap/index.js';
import type { GivenPulse } from '../music/beats/tracker.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds } from '../music/units.js';
import type { ParamValues } from '../plugin/definition.js';
import type { Grammar, GrammarContext } from '../plugin/live.js';
import type { OwnState } from '../plugin/own-state.js';
import { checkHead } from './check-stream-event.js';
import type { Checkpoint, Resumption } from './checkpoint.js';
import type { KeptMoment } from './kept-moment.js';
import { ModelNotes, type ModelNotesParts } from './model-notes.js';
import { ModelTurn, type Span } from './model-turn.js';
import type { Mark } from './moments.js';
import type { Scheduler } from './scheduler.js';
import { Timeline } from './timeline.js';
import type { MarkState, TurnState } from './turn-state.js';

/** Draws tokens for generator `branch` by `params`; `drawn` of the branch's random numbers are used up already. */
export type DrawFactory = (branch: number, params: ParamValues, drawn?: number) => Draw;

/** What a {@link ModelVoice} works with; the session hands everything in. */
export interface VoiceParts extends ModelNotesParts {
  readonly engine: StepEngine;
  readonly codec: Codec;
  readonly grammar: Grammar | null;
  readonly createDraw: DrawFactory;
  /** What the plugin learns beside. */
  readonly ownState?: OwnState | null;
  /** Is shown each step, while a reader has it open. */
  readonly tap?: Tap;
}

/** The beginning of a turn that is sampled before the turn begins. */
interface Rehearsal {
  readonly time: Seconds;
  readonly span: Span;
  readonly draw: Draw;
  tokens: number;
}

/** A sampled token and the events that it decodes to. */
interface Sampled {
  readonly token: number;
  readonly events: readonly StreamEvent[];
}

/** The keys and the pedal that the player holds now. */
export interface HeldInput {
  readonly held: ReadonlySet<Pitch>;
  readonly pedal: boolean;
}

/** A rehearsal covers this much of the turn, and this many tokens at most: its first chord, and what it leads to. */
const REHEARSED: Seconds = 0.1;
const MOST_REHEARSED = 64;
/** More tokens than any music has at one time: a turn that produces so many without a time-advancing token is ended. */
const MAX_TOKENS_AT_ONE_TIME = 256;

/** Most tokens of one record. */
const MOST_FED = 2 ** 15;

/** Where a voice begins: at `time` with a new stream, or from a checkpoint. */
interface VoiceStart {
  readonly time: Seconds;
  readonly resume?: Resumption | undefined;
}

/**
 * The model's part of a session: it feeds the player's events to the network, samples ahead of the clock while its turn lasts
 * (the plan), and sends what is due to the output. What was planned and has not sounded can be discarded at any time.
 */
export class ModelVoice {
  readonly #notes: ModelNotes;
  #timeline: Timeline;
  readonly #mask: Uint8Array; // (class), 1 = allowed
  readonly #biased: Float32Array; // (class)
  #draw: Draw;
  #branch = 0;
  #turn: ModelTurn | null = null;
  #rehearsal: Rehearsal | null = null;
  /** How many tokens of the turn were taken from its rehearsal; null where the turn does not follow one (any more). */
  #rehearsed: number | null = null;
  /** How many random numbers of the branch were used up as this voice took it over; then where its first token stands. */
  #drawnBefore = 0;
  #drawnFrom: number | null = null;
  /** Positions of tokens of the branch that were not drawn. */
  #undrawn: number[] = [];

  constructor(
    private readonly parts: VoiceParts,
    private params: ParamValues,
    nextId: () => number,
    { time, resume }: VoiceStart,
  ) {
    this.#notes = new ModelNotes(parts, nextId);
    this.#timeline = new Timeline(parts.engine, parts.codec, time, parts.tap);
    this.#timeline.stream.setParams?.(params);
    if (resume) {
      this.#timeline.resume(resume);
      this.#branch = resume.branch;
      // Who is the same session goes on where it was.
      if (!resume.same) this.#timeline.stream.seek(time);
    }
    this.#mask = new Uint8Array(parts.codec.vocabulary.size);
    this.#biased = new Float32Array(parts.codec.vocabulary.size);
    this.#draw = parts.createDraw(this.#branch, params);
    if (resume?.same && resume.checkpoint.turn) this.#goOn(resume.checkpoint, resume.checkpoint.turn);
  }

  /** Is the voice that stood at a checkpoint. */
  #goOn({ branch, time }: Checkpoint, { model, drawn, sounding }: TurnState): void {
    this.#branch = branch;
    this.#drawnBefore = drawn;
    this.#draw = this.parts.createDraw(branch, this.params, drawn);
    this.#notes.load(sounding, model && time);
    if (model) this.#turn = ModelTurn.from(model, model.startMark && this.markOf(model.startMark));
  }

  get playing(): boolean {
    return this.#turn !== null;
  }

  /** When the current turn is over; null until that is decided. */
  get doneAt(): Seconds | null {
    return this.#turn?.doneAt ?? null;
  }

  /** Session time at the end of the plan. */
  get head(): Seconds {
    return this.#timeline.stream.head;
  }

  /** The beats at the head; undefined where the stream has no pulse. */
  get pulse(): Pulse | undefined {
    return this.#timeline.stream.pulse;
  }

  /** A copy of the network's state. */
  state(): Float32Array {
    return this.#timeline.state();
  }

  mark(): Mark {
    return this.#timeline.mark();
  }

  /** How this voice stood at `time`, up to which everything is sampled. */
  checkpoint(time: Seconds): Checkpoint {
    const moment = this.#timeline.momentAt(time);
    return {
      ...{ time, length: moment.position, branch: this.#branch, stream: moment.stream },
      ...{ state: this.#timeline.exportState(moment), logits: moment.logits.slice() },
    };
  }

  /** What another voice needs beside a checkpoint at `time`, up to which all is sampled and sent. `told`: gives a mark as data. */
  turnState(
    time: Seconds,
    told: (mark: Mark) => MarkState | null,
  ): Pick<TurnState, 'model' | 'drawn' | 'sounding'> {
    const { position, head } = this.#timeline.momentAt(time);
    const turn = this.#turn;
    const startMark = turn?.startMark ? told(turn.startMark) : null;
    return {
      model: turn && { ...turn.save(head), startMark },
      ...{ drawn: this.#drawnAt(position), sounding: this.#notes.save() },
    };
  }

  /** How many random numbers of the branch the tokens before `position` took. */
  #drawnAt(position: number): number {
    const from = this.#drawnFrom;
    if (from === null || position <= from) return this.#drawnBefore;
    const undrawn = this.#undrawn.filter((one) => one < position).length;
    return this.#drawnBefore + position - from - undrawn;
  }

  /** A mark as plain data; null where the network's state cannot be told so. */
  dataOf(mark: Mark): MarkState | null {
    return this.#timeline.dataOf(mark);
  }

  markOf(data: MarkState): Mark {
    return this.#timeline.markOf(data);
  }

  /** Lets the plugin's own state learn from an event of the player. */
  learn(event: PerformanceEvent): void {
    this.parts.ownState?.hear?.(event);
  }

  /** Feeds an event of the player while no turn is under way. */
  feed(event: PerformanceEvent): void {
    this.#rehearsal = null;
    this.#feedTokens(this.#timeline.stream.feed(event));
  }

  /**
   * Feeds events of the player, or of other members of a band, during a turn: what has not sounded yet at `time` is discarded and sampled
   * anew after them.
   */
  feedDuringTurn(events: readonly PerformanceEvent[], time: Seconds): void {
    this.discard(time);
    if (this.#turn && events.some(({ type }) => type === 'noteOn')) this.#turn.startMark = null;
    for (const event of events) this.feed(event);
    this.#feedTokens(this.#timeline.stream.advance(time));
    // The stream may have taken the event without a token.
    this.#timeline.commit();
    this.#notes.yieldAllBut(this.#timeline.stream.openNotes('model'), time);
  }

  /** Whether the model's own note of this pitch sounds. */
  sounds(pitch: Pitch): boolean {
    return this.#notes.sounds(pitch);
  }

  /** The queue of what is planned, with statistics of how late it was sent. */
  get scheduler(): Scheduler {
    return this.#notes.scheduler;
  }

  /**
   * Samples up to `portion` tokens of the turn that would begin at `time`, so that its first notes are ready then. Nothing
   * sounds, and no event or record comes of it. Returns whether more can be rehearsed.
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
    this.#notes.knownFrom(time);
    const { stream } = this.#timeline;
    this.#feedTokens(stream.advance(time));
    const begun = stream.beginTurn?.(span.endsAt ?? span.closesAt, span.kind);
    this.#feedTokens(begun?.tokens ?? []);
    const startMark = this.parts.grammar?.hasDrifted ? this.mark() : null;
    this.#turn = new ModelTurn(span, begun?.end ?? null, this.head, startMark);
    // The head may have moved without a token: a rollback must not go behind it.
    if (stream.beginTurn) this.#timeline.commit();
    this.#branchOff();
    if (rehearsed) this.#rehearsed = 0;
  }

  /**
   * Samples until the plan is past `horizon`, `most` tokens at most. Returns false where the network produced no
   * time-advancing token for too long: the turn should be ended.
   */
  plan(horizon: Seconds, most = Number.POSITIVE_INFINITY): boolean {
    const turn = this.#turn;
    const branch = this.#branch;
    const tokens: number[] = [];
    let head = this.head;
    let atOnce = 0;
    while (
      turn &&
      turn.doneAt === null &&
      this.head <= horizon &&
      atOnce < MAX_TOKENS_AT_ONE_TIME &&
      tokens.length < most
    ) {
      const ending = turn.reachesEnd(this.head, this.#mayClose);
      turn.doneAt = ending
        ? turn.finishedAt(this.head, this.#timeline.stream.openNotes('model').length > 0)
        : null;
      if (turn.doneAt !== null) break;
      this.#drawnFrom ??= this.#timeline.position;
      if (!ending && this.#hasDrifted(turn)) this.#returnToStart(turn, tokens);
      const { token, events } = this.#takeRehearsed(ending) ?? this.#sample(ending, this.#draw);
      tokens.push(token);
      for (const event of events) this.#notes.schedule(event);
      checkHead(this.head);
      atOnce = this.head > head ? 0 : atOnce + 1;
      head = this.head;
    }
    if (tokens.length > 0) this.parts.record({ type: 'sampled', branch, tokens });
    return atOnce < MAX_TOKENS_AT_ONE_TIME;
  }

  /** Whether the music could end at the head, after `closingFor` seconds of looking for a cadence. */
  readonly #mayClose = (closingFor: Seconds): boolean => {
    const { stream } = this.#timeline;
    return (
      this.parts.grammar?.mayClose?.({
        params: this.params,
        stream: stream.inner,
        ending: false,
        closingFor,
      }) ?? true
    );
  };

  /** The current turn looks for a cadence from `closesAt` on, or never (null); what is planned after `time` is sampled anew. */
  closeFrom(closesAt: Seconds | null, time: Seconds): void {
    const turn = this.#turn;
    if (turn === null) return;
    this.discard(time);
    const from = closesAt === null ? null : Math.max(time, closesAt);
    const end = this.#timeline.stream.setTurnEnd?.(from);
    if (end === undefined) {
      turn.searchFrom(from);
      return;
    }
    turn.endAt(end);
    // As in `begin`: a rollback must not go behind this.
    this.#timeline.commit();
  }

  #hasDrifted(turn: ModelTurn): boolean {
    const { stream } = this.#timeline;
    if (!turn.mayReturn(this.head)) return false;
    return (
      this.parts.grammar?.hasDrifted?.({ params: this.params, stream: stream.inner, ending: false }) === true
    );
  }

  /** Ends the model's notes and restores the network's state to the start of the turn, when it had just heard the player. */
  #returnToStart({ startMark }: ModelTurn, tokens: number[]): void {
    const { stream } = this.#timeline;
    const here = stream.snapshot();
    const release = stream.release().tokens;
    stream.restore(here);
    for (const token of release) {
      this.#undrawn.push(this.#timeline.position);
      this.#timeline.take(token);
      tokens.push(token);
      for (const event of stream.accept(token)) this.#notes.schedule(event);
    }
    this.#timeline.restoreNetwork(startMark!);
    stream.forgetModelOnsets?.();
  }

  /** The next rehearsed token; null where there is none, and from there on tokens are drawn. */
  #takeRehearsed(ending: boolean): Sampled | null {
    if (this.#rehearsed === null) return null;
    const token = ending ? undefined : this.#timeline.rehearsedToken;
    if (token === undefined) {
      this.#draw = this.parts.createDraw(this.#branch, this.params, this.#rehearsed);
      this.#rehearsed = null;
      return null;
    }
    this.#rehearsed++;
    this.#timeline.take(token);
    return { token, events: this.#timeline.stream.accept(token) };
  }

  /** Draws the next token and decodes it. */
  #sample(ending: boolean, draw: Draw): Sampled {
    const { stream } = this.#timeline;
    this.#mask.fill(1);
    const closingFor = this.#turn?.closingFor(this.head);
    const context = {
      params: this.params,
      stream: stream.inner,
      ending,
      ...(closingFor !== undefined && { closingFor }),
    };
    this.parts.grammar?.forbid(this.#mask, context);
    // After the grammar: where the two forbid every token, the stream allows time-advancing ones.
    stream.forbid(this.#mask);
    const token = this.#timeline.sample(draw, this.#mask, (logits) => this.#withBias(logits, context));
    return { token, events: stream.accept(token) };
  }

  /** The network's logits with the grammar's bias added, in a buffer of our own. */
  #withBias(logits: Float32Array, context: GrammarContext): Float32Array {
    const { grammar } = this.parts;
    if (!grammar?.bias) return logits;
    this.#biased.set(logits);
    return grammar.bias(this.#biased, context) ? this.#biased : logits;
  }

  /** Nothing goes back to before `time` any more, which has passed: what was kept for that is used again. */
  release(time: Seconds): void {
    this.#timeline.release(time);
  }

  /** Sends to the output what is due at `until`. A note that is too late is dropped. */
  dispatch(until: Seconds): void {
    this.#notes.dispatch(until);
  }

  /** Discards what is planned for later than `time`; what comes instead is drawn from a new branch. */
  discard(time: Seconds): void {
    const taken = this.#timeline.rollback(time);
    this.#notes.discardAfter(time);
    this.#turn?.reopen(this.head);
    this.#branchOff();
    if (taken === 0) return;
    this.parts.record({ type: 'back', length: this.#timeline.position });
    this.parts.emit({ type: 'discard', time });
  }

  /** Ends the turn at `time`: the plan is discarded, and what sounds ends now. */
  end(time: Seconds): void {
    this.discard(time);
    this.#turn = null;
    const { stream } = this.#timeline;
    this.#feedTokens(stream.advance(time));
    this.#feedTokens(stream.release().tokens);
    this.#notes.endAll(time);
  }

  /** Restores stream and network to `mark`, and goes on from `time`. Only while no turn is under way. */
  restore(mark: Mark, time: Seconds, player: HeldInput): void {
    this.#timeline.restore(mark);
    this.parts.record({ type: 'back', length: mark.position });
    this.#timeline.stream.seek(time);
    this.releaseUnheld(time, player);
  }

  /** Goes on from a kept moment, at `time`. Its tokens stand in the record as fed after a zero state, which gives the same state. */
  recall({ resumption, own }: KeptMoment, time: Seconds, player: HeldInput): void {
    this.#rehearsal = null;
    const { checkpoint, tokens } = resumption;
    this.#timeline.resume(resumption);
    // Another session's times are not this one's.
    if (!own) this.#timeline.stream.move(checkpoint.time, time);
    this.#timeline.stream.setParams?.(this.params);
    this.#timeline.stream.seek(time);
    this.#branchOff();
    this.parts.record({ type: 'zero' });
    // In pieces, since lines of a take have a longest length.
    for (let from = 1; from < checkpoint.length; from += MOST_FED)
      this.parts.record({
        type: 'fed',
        tokens: Array.from(tokens.slice(from, Math.min(from + MOST_FED, checkpoint.length))),
      });
    this.releaseUnheld(time, player);
  }

  /** Ends notes and pedal that the stream still has open though nobody holds them: it missed their ends, or was restored. */
  releaseUnheld(time: Seconds, player: HeldInput): void {
    const { stream } = this.#timeline;
    this.#feedTokens(stream.release().tokens);
    for (const pitch of stream.openNotes('player')) {
      if (!player.held.has(pitch)) this.feed({ type: 'noteOff', time, pitch });
    }
    this.feed({ type: 'pedal', time, down: player.pedal });
  }

  /** Frees the network's state; the voice cannot be used afterwards. */
  free(): void {
    this.#timeline.free();
  }

  /** Starts again with a zero state and a new stream. Only while no turn is under way. */
  reset(time: Seconds): void {
    this.#rehearsal = null;
    this.#timeline.free();
    const { engine, codec, tap } = this.parts;
    this.#timeline = new Timeline(engine, codec, time, tap);
    this.#timeline.stream.setParams?.(this.params);
    this.parts.record({ type: 'zero' });
  }

  /** Applies new parameters from `time` on. */
  setParams(params: ParamValues, time: Seconds): void {
    this.params = params;
    this.#rehearsal = null;
    if (this.playing) this.discard(time);
    const { stream } = this.#timeline;
    stream.setParams?.(params);
    // In another tempo the bar line comes at another time.
    this.#turn?.moveEnd(stream.turnEnd ?? null);
  }

  /** The beats that the stream hears by itself; null: none. */
  get heardPulse(): GivenPulse | null {
    return this.#timeline.stream.heardPulse ?? null;
  }

  /** Sets the beats that the player tapped, a MIDI clock gave, or another member hears (null: none any longer); the plan is sampled anew by them. */
  setPulse(pulse: GivenPulse | null, time: Seconds): void {
    const { stream } = this.#timeline;
    if (!stream.setPulse) return;
    this.#rehearsal = null;
    if (this.playing) this.discard(time);
    stream.setPulse(pulse, time);
    this.#timeline.commit();
    this.#turn?.moveEnd(stream.turnEnd ?? null);
  }

  #branchOff(): void {
    this.#branch++;
    this.#drawnBefore = 0;
    this.#drawnFrom = null;
    this.#undrawn = [];
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

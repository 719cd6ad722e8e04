import type {
  RecentPlay,
  StepStream,
  StreamParams,
  StreamSnapshot,
  TokenStream,
  TurnKind,
  TurnStart,
  Voice,
} from '../../../../codec/codec.js';
import { numberParam } from '../../../../codec/number-param.js';
import { snapshotOf, stateOf } from '../../../../codec/snapshot.js';
import { METERS } from '../../../../music/beats/meter.js';
import type { GivenPulse } from '../../../../music/beats/tracker.js';
import type { PerformanceEvent } from '../../../../music/note.js';
import type { Pitch, Seconds } from '../../../../music/units.js';
import { forbidPitch, maskIllegalBeatTokens } from '../codec/head.js';
import type { BeatPrompt } from '../codec/prompt.js';
import { beatVocabulary, END } from '../codec/vocabulary.js';
import {
  closeBars,
  type FollowedMusic,
  NOTHING_PLAYED,
  promptAt,
  takeQueue,
  withBeatsOf,
  withFed,
  withNewHints,
  withOnset,
  withoutSilence,
  withPrompt,
} from './following-music.js';
import { ended, heldBy, lift, movePedal, strike } from './music.js';
import { acceptToken, type BeatTurn, beginBeatTurn, followClock, passTime, timeOf, withEnd } from './turn.js';

/** Pending tokens of each network that are fed with each event of the player: enough to keep up, without delay. */
const SHARE = 8;
const ALL = Number.POSITIVE_INFINITY;

/** Bound on the events of a beat turn that wait to be written in steps: half a minute of playing. */
const MOST_PENDING_EVENTS = 512;
/** A turn of more tokens is not kept token by token, but encoded again from its last notes. */
const MOST_TURN_TOKENS = 4096;

/** Tokens to a link of a list: a list of thousands of links is too deep to be copied to another thread. */
const LINK = 64;

/** The beat tokens of a turn as a linked list, which snapshots share: its last ones, then those before. */
interface TokenList {
  readonly tokens: readonly number[];
  readonly before: TokenList | null;
  readonly count: number;
}

/** The state of the stream. Immutable. */
interface State {
  readonly steps: StreamSnapshot;
  readonly played: FollowedMusic;
  /** Step tokens that are written and not fed yet. */
  readonly pendingSteps: readonly number[];
  /** Events of beat turns that are not yet written in steps. */
  readonly pendingEvents: readonly Exclude<PerformanceEvent, { type: 'pedal' }>[];
  /** Beat tokens of the current turn; of a turn that is too long, the last token alone. */
  readonly turnTokens: TokenList | null;
  /** The model's current turn, in steps or in beats. */
  readonly turn: 'steps' | BeatTurn | null;
}

/**
 * A stream in the tokens of two networks: one counts in time steps, the other in beats. The player's events are written in both: in
 * steps at once, in beats when a bar has ended and its beats are clear. A turn of the model is in beats where the player keeps to a
 * pulse, or a pulse is given, else in steps. Each turn continues all that was played, so what was played in the tokens of one network is
 * transcribed into those of the other afterwards. Beat tokens follow all step tokens in the vocabulary.
 */
export class BeatsOrStepsStream implements TokenStream {
  readonly #steps: StepStream;
  /** The first beat token. */
  readonly #first: number;
  readonly #beatMask: Uint8Array = new Uint8Array(beatVocabulary.size);
  #longest: Seconds = ALL;
  /** Lowest and highest pitch of the model. */
  #range: readonly [Pitch, Pitch] = [0, 127];
  #state: State;
  #prompted: { played: FollowedMusic; now: Seconds; prompt: BeatPrompt | null } | null = null;

  constructor(steps: StepStream, first: number) {
    this.#steps = steps;
    this.#first = first;
    this.#state = {
      steps: steps.snapshot(),
      played: NOTHING_PLAYED,
      pendingSteps: [],
      pendingEvents: [],
      turnTokens: null,
      turn: null,
    };
  }

  get head(): Seconds {
    const turn = this.#beatTurn;
    return turn === null ? this.#steps.head : timeOf(turn, turn.tick);
  }

  get #beatTurn(): BeatTurn | null {
    const { turn } = this.#state;
    return turn === 'steps' ? null : turn;
  }

  setParams(params: StreamParams): void {
    this.#longest = numberParam(params, 'longest', ALL);
    // The two bounds are set one after the other: between, the range may be inverted, but must not be empty.
    const lowest = numberParam(params, 'lowest', 0);
    this.#range = [lowest, Math.max(lowest, numberParam(params, 'highest', 127))];
    const { beatsABar } = params;
    const { hints } = this.#state.played;
    const meter = METERS.find((meter) => meter === beatsABar) ?? 4;
    if (meter !== (hints.meter ?? 4)) this.#setHints({ ...hints, meter }, this.head);
  }

  setPulse(pulse: GivenPulse | null, time: Seconds): void {
    const { given: _, ...rest } = this.#state.played.hints;
    // What another one hears is as inexact as what is tapped.
    const given = pulse?.heard ? { ...pulse, tapped: true } : pulse;
    this.#setHints(given === null ? rest : { ...rest, given }, time);
    const turn = this.#beatTurn;
    if (turn !== null && pulse?.beatAt !== undefined)
      this.#set({ turn: followClock(turn, time, pulse.beatAt, pulse.period) });
  }

  #setHints(counting: FollowedMusic['hints'], time: Seconds): void {
    this.#set({ played: withNewHints(this.#state.played, counting, time) });
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
  }

  // ---------------------------------------------------------------- the player

  feed(event: PerformanceEvent): number[] {
    this.#writePending(event.time);
    this.#queueSteps(this.#steps.feed(event));
    this.#addToMusic(event);
    return this.#drain(this.#state.turn === 'steps' ? ALL : SHARE, SHARE);
  }

  #addToMusic(event: PerformanceEvent): void {
    const { time } = event;
    const { played, turn } = this.#state;
    if (event.type === 'noteOn' && event.velocity > 0) {
      this.#set({ played: withOnset(withoutSilence(played, time), event) });
      return;
    }
    const music =
      event.type === 'pedal'
        ? movePedal(played.music, event.down, time)
        : lift(played.music, 'player', event.pitch, time);
    const after = { ...played, music };
    // Beat tracking takes a while, so it waits until a key comes up: a note-on that is sent to the output is not delayed.
    this.#set({ played: turn === null ? closeBars(after, time) : after });
  }

  advance(time: Seconds): number[] {
    const { turn } = this.#state;
    if (turn !== null && turn !== 'steps') {
      const { turn: passed, events } = passTime(turn, time);
      this.#set({ turn: passed });
      // These events were returned when their tokens were accepted.
      for (const event of events) this.#played(event, true);
      return [];
    }
    this.#queueSteps(this.#steps.advance(time));
    return this.#drain(turn === 'steps' ? ALL : SHARE, 0);
  }

  seek(time: Seconds): void {
    this.#steps.seek(time);
    this.#set({ played: withoutSilence(this.#state.played, time) });
  }

  // ---------------------------------------------------------------- tokens to feed

  /** Appends step tokens to those that wait to be fed. */
  #queueSteps(tokens: readonly number[]): void {
    if (tokens.length > 0) this.#set({ pendingSteps: [...this.#state.pendingSteps, ...tokens] });
  }

  #drain(steps: number, beats: number): number[] {
    const { pendingSteps, played } = this.#state;
    const { tokens, after } = takeQueue(played, beats);
    this.#set({ pendingSteps: pendingSteps.slice(steps), played: after });
    return [...pendingSteps.slice(0, steps), ...tokens.map((token) => this.#first + token)];
  }

  /** Writes in steps the events of beat turns until `time`. */
  #writePending(time: Seconds): void {
    const { pendingEvents } = this.#state;
    const now = pendingEvents.filter((event) => event.time <= time);
    if (now.length === 0) return;
    for (const event of now) this.#queueSteps(this.#steps.writeModelEvent(event));
    this.#set({ pendingEvents: pendingEvents.filter((event) => event.time > time) });
  }

  // ---------------------------------------------------------------- the model

  beginTurn(end: Seconds | null, kind: TurnKind): TurnStart {
    const now = this.#steps.head;
    const prompt = kind === 'along' ? null : this.#prompt(now);
    if (prompt === null) {
      this.#set({ turn: 'steps' });
      return { tokens: this.#drain(ALL, 0), end: null };
    }
    const turn = beginBeatTurn(prompt, now, end);
    this.#set({ turn, turnTokens: null, played: withPrompt(this.#state.played, prompt) });
    const tokens = this.#drain(SHARE, ALL);
    return { tokens, end: this.turnEnd };
  }

  #prompt(now: Seconds): BeatPrompt | null {
    const played = withoutSilence(this.#state.played, now);
    this.#set({ played });
    // Cached, since a turn that was rehearsed begins twice.
    if (this.#prompted?.played !== played || this.#prompted.now !== now)
      this.#prompted = { played, now, prompt: promptAt(played, now) };
    return this.#prompted.prompt;
  }

  setTurnEnd(end: Seconds | null): Seconds | null | undefined {
    const turn = this.#beatTurn;
    if (turn === null) return undefined;
    this.#set({ turn: withEnd(turn, end) });
    return this.turnEnd;
  }

  get turnEnd(): Seconds | null {
    const turn = this.#beatTurn;
    return turn === null || turn.end === null ? null : timeOf(turn, turn.end);
  }

  accept(token: number): PerformanceEvent[] {
    const turn = this.#beatTurn;
    if (turn === null && token >= this.#first) {
      // A beat token in a turn in steps is illegal: it has no events. `read` throws where there is no such token.
      beatVocabulary.read(token - this.#first);
      return [];
    }
    // So is a step token in a turn in beats.
    if (turn !== null && Number.isInteger(token) && token >= 0 && token < this.#first) return [];
    if (turn === null || !(token >= this.#first)) {
      const events = this.#steps.accept(token);
      for (const event of events) this.#played(event, false);
      return events;
    }
    const { turn: after, events } = acceptToken(turn, token - this.#first, this.#longest);
    this.#set({ turn: after, turnTokens: withToken(this.#state.turnTokens, token - this.#first) });
    for (const event of events) this.#played(event, true);
    return [...events];
  }

  /** Records an event of the model; events of a beat turn are to be written in steps too. */
  #played(event: PerformanceEvent, byBeats: boolean): void {
    if (event.type === 'pedal') return;
    const { played } = this.#state;
    const music =
      event.type === 'noteOn'
        ? strike(played.music, 'model', event)
        : lift(played.music, 'model', event.pitch, event.time);
    this.#set({ played: { ...played, music } });
    if (byBeats)
      this.#set({ pendingEvents: [...this.#state.pendingEvents.slice(1 - MOST_PENDING_EVENTS), event] });
  }

  release(): { tokens: number[]; events: PerformanceEvent[] } {
    const turn = this.#beatTurn;
    if (turn !== null) return { tokens: [], events: this.#releaseBeats(turn) };
    const { tokens, events } = this.#steps.release();
    for (const event of events) this.#played(event, false);
    this.#queueSteps(tokens);
    this.#set({ turn: null });
    return { tokens: this.#drain(ALL, 0), events };
  }

  #releaseBeats(turn: BeatTurn): PerformanceEvent[] {
    const now = this.head;
    const pitches = turn.open.map(({ pitch }) => pitch).sort((a, b) => a - b);
    const events = pitches.map((pitch) => ({ type: 'noteOff' as const, time: now, pitch }));
    for (const event of events) this.#played(event, true);
    this.#writePending(ALL);
    const { played, turnTokens } = this.#state;
    const over = ended(played.music, now, ({ voice }) => voice === 'model');
    const after = withBeatsOf({ ...played, music: over }, turn.map, now);
    this.#set({ turn: null, turnTokens: null, played: withTurnTokens(after, turnTokens) });
    return events;
  }

  forbid(mask: Uint8Array): void {
    const turn = this.#beatTurn;
    if (turn === null) {
      mask.fill(0, this.#first);
      this.#steps.forbid(mask);
      return;
    }
    mask.fill(0, 0, this.#first);
    const beats = this.#beatMask;
    beats.set(mask.subarray(this.#first));
    maskIllegalBeatTokens(turn.head, beats);
    beats[END] = 0;
    const [lowest, highest] = this.#range;
    for (let pitch = 0; pitch < 128; pitch++)
      if (pitch < lowest || pitch > highest) forbidPitch(beats, pitch);
    for (const pitch of heldBy(this.#state.played.music, 'player')) forbidPitch(beats, pitch);
    mask.set(beats, this.#first);
  }

  openNotes(voice: Voice): Pitch[] {
    const turn = this.#beatTurn;
    if (turn === null) return this.#steps.openNotes(voice);
    if (voice === 'player') return heldBy(this.#state.played.music, 'player');
    return turn.open.map(({ pitch }) => pitch).sort((a, b) => a - b);
  }

  soundingTime(pitch: Pitch): Seconds {
    return this.#beatTurn === null ? this.#steps.soundingTime(pitch) : 0;
  }

  lastLength(pitch: Pitch): Seconds {
    return this.#beatTurn === null ? this.#steps.lastLength(pitch) : 0;
  }

  get recent(): RecentPlay | undefined {
    return this.#beatTurn === null ? this.#steps.recent : undefined;
  }

  forgetModelOnsets(): void {
    this.#steps.forgetModelOnsets();
  }

  snapshot(): StreamSnapshot {
    return snapshotOf({ ...this.#state, steps: this.#steps.snapshot() });
  }

  restore(snapshot: StreamSnapshot): void {
    this.#state = stateOf<State>(snapshot);
    this.#steps.restore(this.#state.steps);
  }
}

function withToken(before: TokenList | null, token: number): TokenList {
  const count = (before?.count ?? 0) + 1;
  if (count > MOST_TURN_TOKENS) return { tokens: [token], before: null, count };
  if (before === null || before.tokens.length >= LINK) return { tokens: [token], before, count };
  return { tokens: [...before.tokens, token], before: before.before, count };
}

function withTurnTokens(before: FollowedMusic, said: TokenList | null): FollowedMusic {
  if (said !== null && said.count > MOST_TURN_TOKENS) return { ...before, fed: [], queue: [] };
  const links: (readonly number[])[] = [];
  for (let last = said; last !== null; last = last.before) links.push(last.tokens);
  return withFed(before, links.reverse().flat());
}

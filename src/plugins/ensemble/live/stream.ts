import type {
  Pulse,
  StreamEvent,
  StreamParams,
  StreamSnapshot,
  TokenStream,
  TurnKind,
  TurnStart,
  Voice,
} from '../../../codec/codec.js';
import {
  type BeatClock,
  beatAt,
  beatClockFrom,
  paceAt,
  timeOfBeat,
} from '../../../music/beats/beat-clock.js';
import {
  bentTo,
  catchUp,
  countBars,
  heardPulseOf,
  hearOnset,
  type KnownPulse,
  keepsTime,
  NO_PULSE,
  type PulseEar,
  pulseOf,
  tellBeats,
} from '../../../music/beats/pulse-ear.js';
import type { GivenPulse } from '../../../music/beats/tracker.js';
import type { PerformanceEvent } from '../../../music/note.js';
import type { Pitch, Seconds } from '../../../music/units.js';
import { stirred } from '../chance.js';
import { FOLLOWERS, followersStep } from '../codec/step.js';
import { ensembleVocabulary, FIRST_LEADER, START } from '../codec/vocabulary.js';
import { type Gesture, gesture } from '../gestures/gesture.js';
import type { listening } from '../gestures/leader-odds.js';
import type { Harmony } from '../harmony/chord.js';
import { harmonyNow, isChord, nextBeat } from '../harmony/listener.js';
import { renderStep } from '../render/render.js';
import { allowedIn, type Band, beginBeat, NEW_BAND, placeOf, withoutLeader } from './band.js';
import {
  beginningOf,
  gestureIn,
  heardIn,
  hearLeader,
  type Leader,
  NOBODY,
  soundingAt,
  velocityOf,
} from './leader.js';
import { outlookOf, placeIn, type Score } from './outlook.js';
import { NOT_SET, type Settings, settingsOf } from './settings.js';
import { endOf, headTime, passQuarter, passTime, playQuarter, type Turn, withBeat } from './turn.js';
import { holdSteps, leanSteps, maskSteps, wantedBusier } from './wanted.js';

/** A beat so near, as a share of it, is the one that is played now. */
const AT_ONCE = 0.12;
/** After so many silent beats a turn begins its own bars. */
const FORGOTTEN = 32;
/** A turn begins with what the leader did in the last beats, so many at most. */
const RECALLED = 16;
/** How loud a band plays that does not follow the leader's touch. */
const OWN_VELOCITY = 72;
const SILENCE = followersStep.pack({ counter: 0, chords: 0, bass: 0 });

/** Never changed in place. */
interface State {
  /** Where the head stands between turns. */
  readonly time: Seconds;
  readonly ear: PulseEar;
  readonly leader: Leader;
  readonly band: Band;
  /** Until when the band has heard the leader's harmony. */
  readonly heard: Seconds;
  /** The beats of the last turn. */
  readonly clock: BeatClock | null;
  readonly turn: LiveTurn | null;
}

interface LiveTurn extends Turn {
  readonly kind: TurnKind;
  /** The beat with which the band comes in. */
  readonly enters: number;
  /** Since when the leader has kept other beats than the band; null: they keep the same. */
  readonly astray: Seconds | null;
}

/**
 * The band's stream. What the leader plays is not written note by note: as a beat begins, a token says what he did in the last one, the
 * next what the three followers do, and that becomes notes in the harmony that he implies. Tokens count beats, so what they say is
 * played at whatever tempo there is by then.
 */
export class EnsembleStream implements TokenStream {
  #settings: Settings = NOT_SET;
  #state: State;

  constructor(
    time: Seconds,
    private readonly score: Score | null = null,
  ) {
    this.#state = {
      ...{ time, ear: NO_PULSE, leader: NOBODY, band: NEW_BAND, heard: Number.NEGATIVE_INFINITY },
      ...{ clock: null, turn: null },
    };
  }

  get head(): Seconds {
    const { turn, time } = this.#state;
    return turn === null ? time : headTime(turn);
  }

  /** Whether the followers' next step is open, and no quarter of a beat under way. */
  get decides(): boolean {
    return this.#state.turn?.expects !== 'play';
  }

  get pulse(): Pulse {
    const { head } = this;
    const { turn, clock: last } = this.#state;
    const { bar, pace } = this.#settings;
    const clock = turn?.clock ?? last;
    if (clock === null) return { time: head, at: 0, beat: pace, bar };
    return { time: head, at: modulo(beatAt(clock, head), bar), beat: paceAt(clock, head), bar };
  }

  get heardPulse(): GivenPulse | null {
    return heardPulseOf(this.#state.ear, this.#settings.followsBeats);
  }

  setParams(params: StreamParams): void {
    this.#settings = settingsOf(params);
    this.#set({ ear: countBars(this.#state.ear, this.#settings.bar, this.head) });
  }

  setPulse(pulse: GivenPulse | null, time: Seconds): void {
    this.#set({ ear: tellBeats(this.#state.ear, pulse, time) });
    this.#follow(time);
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
  }

  // ---------------------------------------------------------------- the player

  feed(event: PerformanceEvent): number[] {
    const { turn, time: between } = this.#state;
    const time = Math.max(event.time, turn === null ? between : turn.passed);
    this.#pass(time);
    const { ear, leader } = this.#state;
    this.#set({ leader: hearLeader(leader, { ...event, time }) });
    if (event.type === 'noteOn' && event.velocity > 0) this.#set({ ear: hearOnset(ear, { ...event, time }) });
    else if (event.type !== 'pedal') {
      this.#set({ ear: catchUp(ear, time) });
      this.#follow(time);
    }
    return [];
  }

  /** The turn under way goes by what is known of the beats. A band whose leader has kept other beats for two bars goes over to them. */
  #follow(now: Seconds): void {
    const { turn, ear } = this.#state;
    if (turn === null) return;
    const pulse = pulseOf(ear, now, this.#settings.followsBeats);
    if (pulse === null) return;
    const from = Math.max(now, headTime(turn));
    if (keepsTime(turn.clock, pulse, from))
      this.#set({ turn: { ...turn, astray: null, clock: bentTo(turn.clock, pulse, from) } });
    else if (turn.astray === null) this.#set({ turn: { ...turn, astray: now } });
    else if (now - turn.astray > 2 * this.#settings.bar * paceAt(turn.clock, now)) {
      const clock = this.#clockOf(pulse, from);
      const beat = Math.ceil(beatAt(clock, from));
      const open = turn.open.map((note) => ({ ...note, from: beat - 1, end: beat }));
      this.#set({
        turn: { ...turn, clock, beat, enters: beat, open, expects: 'leader', planned: [], astray: null },
      });
    }
  }

  /** The next bar line of a pulse is beat 0; the present one, if it is only just over. */
  #clockOf({ beat, bar, pace }: KnownPulse, now: Seconds): BeatClock {
    const step = bar ? pace * this.#settings.bar : pace;
    const next = Math.ceil((now - beat - AT_ONCE * pace) / step);
    return beatClockFrom(beat + next * step, pace);
  }

  advance(time: Seconds): number[] {
    this.#pass(time);
    return [];
  }

  #pass(time: Seconds): void {
    const { turn } = this.#state;
    if (turn === null) this.#set({ time: Math.max(this.#state.time, time) });
    else this.#set({ turn: { ...turn, ...passTime(turn, time, this.#heardChord(turn)) } });
  }

  seek(time: Seconds): void {
    this.#set({ time });
  }

  /** The chord that the leader plays in the beat under way; null where he plays none. */
  #heardChord({ clock, beat, quarter, kind }: LiveTurn): Harmony | null {
    const { leader, band } = this.#state;
    if (kind !== 'along' || band.closing !== null || this.score !== null) return null;
    const notes = heardIn(leader, clock, beat, beat + quarter / 4);
    return isChord(notes) ? harmonyNow(band.hearing, notes) : null;
  }

  // ---------------------------------------------------------------- the model

  beginTurn(end: Seconds | null, kind: TurnKind): TurnStart {
    const now = this.#state.time;
    const clock = this.#beginning(now, kind);
    const beat = Math.ceil(beatAt(clock, now) - AT_ONCE);
    const tokens = this.#recall(clock, beat);
    const { bar, waitsForBar } = this.#settings;
    const { band } = this.#state;
    const fresh = kind === 'along' && tokens.length === 0;
    const comesIn = !fresh ? beat : waitsForBar ? bar * Math.ceil((beat + 1) / bar) : beat + 1;
    const enters = this.score?.enters ?? comesIn;
    const turn: LiveTurn = {
      ...{ clock, expects: 'leader', beat, quarter: 0, begun: false, followers: SILENCE, planned: [] },
      ...{ harmony: band.harmony, open: [], passed: now, until: end, kind, enters, astray: null },
    };
    this.#set({ turn, band: withoutLeader({ ...band, silent: 0 }, bar) });
    return { tokens, end: this.turnEnd };
  }

  /** By which beats a turn begins. */
  #beginning(now: Seconds, kind: TurnKind): BeatClock {
    const { ear, clock: last, leader } = this.#state;
    const { followsBeats, pace } = this.#settings;
    const pulse = pulseOf(ear, now, followsBeats && kind !== 'alone');
    if (pulse !== null) return this.#clockOf(pulse, now);
    if (last !== null && beatAt(last, now) - this.#lastBeat(last) < FORGOTTEN) return last;
    const began = kind === 'answer' ? beginningOf(leader) : null;
    return beatClockFrom(began ?? now, pace);
  }

  #lastBeat(clock: BeatClock): number {
    const { heard } = this.#state;
    return Number.isFinite(heard) ? beatAt(clock, heard) : Number.NEGATIVE_INFINITY;
  }

  /** Hears the beats that the leader played since the last turn; returns the tokens that say what he did. */
  #recall(clock: BeatClock, until: number): number[] {
    const { leader, heard } = this.#state;
    const { bar } = this.#settings;
    const began = beginningOf(leader);
    if (began === null) return [];
    const from = Math.round(beatAt(clock, Math.max(began, heard)));
    const tokens: number[] = [];
    for (let beat = Math.max(from, until - RECALLED); beat < until - 1; beat++) {
      const { band } = this.#state;
      const notes = heardIn(leader, clock, beat, beat + 1);
      const hearing = nextBeat(band.hearing, notes, placeOf(modulo(beat + 1, bar), bar));
      this.#set({ band: { ...band, hearing }, heard: timeOfBeat(clock, beat + 1) });
      tokens.push(FIRST_LEADER + gestureIn(leader, clock, beat - 1), SILENCE);
    }
    return tokens;
  }

  setTurnEnd(end: Seconds | null): Seconds | null | undefined {
    const { turn } = this.#state;
    if (turn === null) return undefined;
    this.#set({ turn: { ...turn, until: end } });
    return this.turnEnd;
  }

  get turnEnd(): Seconds | null {
    const { turn } = this.#state;
    return turn === null ? null : endOf(turn, this.#settings.bar);
  }

  accept(token: number): StreamEvent[] {
    const { turn } = this.#state;
    ensembleVocabulary.read(token);
    if (turn === null) return [];
    const { expects, beat, followers } = turn;
    if (expects === 'leader') {
      if (token === FIRST_LEADER + this.#leaderBefore(turn)) this.#beginBeat(turn);
      return [];
    }
    if (expects === 'decide') {
      if (token < followersStep.size) this.#decide(turn, token);
      return [];
    }
    if (token !== followers) return [];
    const { turn: played, events } = turn.begun
      ? { turn, events: [] }
      : playQuarter(turn, this.#heardChord(turn));
    const passed = passQuarter(played);
    this.#set({ turn: { ...turn, ...passed } });
    if (passed.beat > beat) this.#set({ heard: timeOfBeat(turn.clock, beat) });
    return [...events];
  }

  #leaderBefore({ clock, beat }: Turn): Gesture {
    return gestureIn(this.#state.leader, clock, beat - 1);
  }

  #beginBeat(turn: LiveTurn): void {
    const { clock, beat, kind } = turn;
    const { leader, band } = this.#state;
    const { bar } = this.#settings;
    const did = this.#leaderBefore(turn);
    const { turnEnd: end } = this;
    const begun = beginBeat(band, {
      ...{ at: modulo(beat, bar), bar, kind, leader: did, known: this.score?.planned(beat).harmony ?? null },
      heard: heardIn(leader, clock, beat - 1, beat),
      now: heardIn(leader, clock, beat, beat),
      endsHere: end !== null && timeOfBeat(clock, bar * (Math.floor(beat / bar) + 1)) > end - 0.01,
    });
    this.#set({
      band: { ...begun, chance: stirred(begun.chance, did) },
      turn: { ...turn, expects: 'decide' },
    });
  }

  #decide(turn: LiveTurn, token: number): void {
    const { clock, beat, open } = turn;
    const { leader, band: before } = this.#state;
    const { bar, complexity, followsTouch } = this.#settings;
    const step = followersStep.unpack(token);
    const band = { ...before, chance: stirred(before.chance, token) };
    const time = timeOfBeat(clock, beat);
    const { notes, memory } = renderStep(
      step,
      {
        outlook: outlookOf(this.score, band, beat, bar),
        ...{ before: band.before, beat: modulo(beat, bar), bar, complexity },
        leader: soundingAt(leader, Math.max(time, turn.passed)),
        velocity: followsTouch ? velocityOf(leader) : OWN_VELOCITY,
        sounding: open.filter(({ end }) => end === null || end > beat),
        chance: band.chance,
        last: band.closing === 0,
      },
      band.memory,
    );
    const silent = FOLLOWERS.filter(
      (part) => step[part] !== gesture.held && !notes.some((note) => note.part === part),
    );
    const decided = withBeat(turn, { followers: token, planned: notes, harmony: band.harmony, ends: silent });
    const rested = step.counter === gesture.silence ? band.rested + 1 : 0;
    this.#set({ band: { ...band, memory, rested }, turn: { ...turn, ...decided }, clock });
  }

  release(): { tokens: number[]; events: PerformanceEvent[] } {
    const { turn } = this.#state;
    if (turn === null) return { tokens: [], events: [] };
    const time = this.head;
    const events = turn.open.map(({ part, pitch }) => ({ type: 'noteOff' as const, time, pitch, part }));
    this.#set({ turn: null, time: Math.max(turn.passed, this.#state.time), clock: turn.clock });
    return { tokens: [], events };
  }

  forbid(mask: Uint8Array): void {
    const { turn, band } = this.#state;
    if (turn === null) keep(mask, START);
    else if (turn.expects === 'leader') keep(mask, FIRST_LEADER + this.#leaderBefore(turn));
    else if (turn.expects === 'play') keep(mask, turn.followers);
    else {
      mask.fill(0, followersStep.size);
      const { open, beat, enters } = turn;
      const place = placeIn(this.score, beat, this.#settings.bar);
      maskSteps(mask, allowedIn(band, this.#settings, { open, entered: beat >= enters, place }));
    }
  }

  /** Adds to the logits what the user wants of the band, and what a leader's gesture makes likelier; returns whether it added anything. */
  lean(logits: Float32Array, listens?: ReturnType<typeof listening>): boolean {
    const { turn, band } = this.#state;
    if (turn?.expects !== 'decide') return false;
    const { follows, bar, busier } = this.#settings;
    if (follows > 0) listens?.(logits, band.leader, follows);
    const { strikes = null, fullness = 0 } = this.score?.led?.(turn.beat) ?? {};
    const changes = this.score?.planned(turn.beat + 1).begins ?? false;
    leanSteps(logits, wantedBusier(busier, { strikes, did: band.leader, fullness, changes }));
    holdSteps(logits, band.memory, placeIn(this.score, turn.beat, bar));
    return true;
  }

  openNotes(voice: Voice): Pitch[] {
    const { turn, leader } = this.#state;
    const open = voice === 'player' ? leader.notes.filter(({ up }) => up === null) : (turn?.open ?? []);
    return [...new Set(open.map(({ pitch }) => pitch))].sort((a, b) => a - b);
  }

  soundingTime(): Seconds {
    return 0;
  }

  lastLength(): Seconds {
    return 0;
  }

  // A StreamSnapshot is opaque to the host: only this class reads it.
  snapshot(): StreamSnapshot {
    return this.#state as unknown as StreamSnapshot;
  }

  restore(snapshot: StreamSnapshot): void {
    this.#state = snapshot as unknown as State;
  }
}

function keep(mask: Uint8Array, token: number): void {
  mask.fill(0);
  mask[token] = 1;
}

function modulo(value: number, by: number): number {
  return value - by * Math.floor(value / by);
}

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
import { type BeatClock, beatClockFrom, paceAt } from '../../../music/beats/beat-clock.js';
import {
  bentTo,
  catchUp,
  countBars,
  heardPulseOf,
  type KnownPulse,
  keepsTime,
  pulseOf,
  tellBeats,
} from '../../../music/beats/pulse-ear.js';
import type { GivenPulse } from '../../../music/beats/tracker.js';
import type { PerformanceEvent } from '../../../music/note.js';
import type { Pitch, Seconds } from '../../../music/units.js';
import { TICKS_PER_BEAT } from '../codec/grid.js';
import { type DrumHead, maskNonsense } from '../codec/head.js';
import { drumVocabulary, END, START } from '../codec/vocabulary.js';
import { isLastOfPhrase } from '../phrases/phrases.js';
import { hear, type Listener, NOTHING_HEARD, touchAt, withTouch } from './listener.js';
import { type PhraseEar, phraseEar, withBarsUntil, withNote } from './phrase-ear.js';
import { NOT_SET, type Settings, settingsOf } from './settings.js';
import { tickAt, timeAt } from './ticks.js';
import { beginAgain, beginTurn, type DrumTurn, endOf, headTime, passTime, play } from './turn.js';
import { isEvery, maskUnwanted, type Wanted } from './wanted.js';

/** A beat so near is the one that is played now. As a share of a beat. */
const AT_ONCE = 0.12;
/** A drummer whose player has kept other beats for so many begins anew with him. */
const PATIENCE = 8;
/** After so many silent beats a turn begins its own bars. */
const FORGOTTEN = 32;

/** Never changed in place. */
interface State {
  /** Where the head stands between turns. */
  readonly time: Seconds;
  readonly listener: Listener;
  /** What the player plays in the turn under way, bar by bar. */
  readonly phrases: PhraseEar;
  /** The beats of the last turn; tick 0 is a bar line. */
  readonly clock: BeatClock | null;
  readonly turn: DrumTurn | null;
  /** Whether anything was written since the start token. */
  readonly written: boolean;
}

/**
 * A drummer's stream. What the player does is not written: the drummer hears from it where the beats lie, how dense and how loud it is, and that
 * is said at the beginning of each bar. Tokens count beats, so what they say is played at whatever tempo there is by then. A turn begins at a bar
 * line, after a count or after waiting for a pulse, and ends at one.
 */
export class DrumStream implements TokenStream {
  #settings: Settings = NOT_SET;
  #state: State;

  constructor(time: Seconds) {
    this.#state = {
      time,
      listener: NOTHING_HEARD,
      phrases: phraseEar(4),
      clock: null,
      turn: null,
      written: false,
    };
  }

  get head(): Seconds {
    const { turn, time } = this.#state;
    return turn === null ? time : headTime(turn);
  }

  get pulse(): Pulse {
    const { head } = this;
    const { turn, clock: last } = this.#state;
    const { beatsABar, pace } = this.#settings;
    const clock = turn?.clock ?? last;
    if (clock === null) return { time: head, at: 0, beat: pace, bar: beatsABar };
    const bar = turn?.head.beats ?? beatsABar;
    const beats = (tickAt(clock, head) - (turn?.head.bar ?? 0)) / TICKS_PER_BEAT;
    return { time: head, at: beats - bar * Math.floor(beats / bar), beat: paceAt(clock, head), bar };
  }

  get heardPulse(): GivenPulse | null {
    return heardPulseOf(this.#state.listener, this.#settings.followsBeats);
  }

  /** Where the drummer stands in its bar; null while it does not play. */
  get position(): DrumHead | null {
    const { turn } = this.#state;
    return turn === null || turn.waits ? null : turn.head;
  }

  setParams(params: StreamParams): void {
    this.#settings = settingsOf(params);
    const { listener, phrases } = this.#state;
    const { beatsABar } = this.#settings;
    this.#set({
      listener: countBars(listener, beatsABar, this.head),
      phrases: phrases.beatsABar === beatsABar ? phrases : this.#newPhrases,
    });
  }

  setPulse(pulse: GivenPulse | null, time: Seconds): void {
    this.#set({ listener: tellBeats(this.#state.listener, pulse, time) });
    this.#follow(time);
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
  }

  // ---------------------------------------------------------------- the player

  feed(event: PerformanceEvent): number[] {
    const time = Math.max(event.time, this.#now);
    this.#pass(time);
    const { listener } = this.#state;
    if (event.type === 'noteOn' && event.velocity > 0) {
      this.#set({
        listener: withTouch(hear(listener, { ...event, time }), time, this.#pace),
        phrases: withNote(this.#state.phrases, { ...event, time }),
      });
    } else if (event.type !== 'pedal') {
      this.#set({ listener: catchUp(listener, time) });
      this.#follow(time);
    }
    return [];
  }

  get #now(): Seconds {
    const { turn, time } = this.#state;
    return turn === null ? time : turn.passed;
  }

  get #pace(): Seconds {
    const { turn, clock } = this.#state;
    const known = turn?.clock ?? clock;
    return known === null ? this.#settings.pace : paceAt(known, this.#now);
  }

  /** The turn under way goes by what is known of the beats. */
  #follow(now: Seconds): void {
    const { turn, listener } = this.#state;
    if (turn === null) return;
    const pulse = pulseOf(listener, now, this.#settings.followsBeats);
    if (pulse === null) return;
    const from = Math.max(now, headTime(turn));
    if (turn.clock === null)
      this.#set({ turn: { ...turn, clock: this.#clockOf(pulse, from) }, phrases: this.#newPhrases });
    else if (keepsTime(turn.clock, pulse, from))
      this.#set({ turn: { ...turn, astray: null, clock: bentTo(turn.clock, pulse, from) } });
    else if (turn.astray === null) this.#set({ turn: { ...turn, astray: now } });
    else if (now - turn.astray > PATIENCE * paceAt(turn.clock, now))
      this.#set({ turn: beginAgain(turn, this.#clockOf(pulse, from)), phrases: this.#newPhrases });
  }

  get #newPhrases(): PhraseEar {
    return phraseEar(this.#settings.beatsABar);
  }

  /** Whether the bar that begins at the head is to be a fill; null: as the network likes. */
  #fills(head: DrumHead, bars: number): boolean | null {
    const { fillsAtPhrases, fillEvery } = this.#settings;
    const { bars: heard, over, beatsABar } = this.#state.phrases;
    const ahead = head.bar / (beatsABar * TICKS_PER_BEAT) - over;
    const heardSo = fillsAtPhrases && ahead >= 0 ? isLastOfPhrase(heard, beatsABar, ahead) : null;
    return heardSo ?? isEvery(bars, fillEvery);
  }

  /** The next bar line of a pulse is tick 0; the present one, if it is only just over. */
  #clockOf({ beat, bar, pace }: KnownPulse, now: Seconds): BeatClock {
    const step = bar ? pace * this.#settings.beatsABar : pace;
    const next = Math.ceil((now - beat) / step - (AT_ONCE * pace) / step);
    return beatClockFrom(beat + next * step, pace);
  }

  advance(time: Seconds): number[] {
    this.#pass(time);
    return [];
  }

  #pass(time: Seconds): void {
    const { turn } = this.#state;
    if (turn === null) this.#set({ time: Math.max(this.#state.time, time) });
    else {
      const { phrases } = this.#state;
      const after = passTime(turn, time);
      const { clock, passed } = after;
      this.#set({ turn: after, phrases: clock === null ? phrases : withBarsUntil(phrases, clock, passed) });
    }
  }

  seek(time: Seconds): void {
    this.#set({ time });
  }

  // ---------------------------------------------------------------- the model

  beginTurn(end: Seconds | null, kind: TurnKind): TurnStart {
    const now = this.#state.time;
    const { clock, counts } = this.#beginning(now, kind);
    const turn = beginTurn(now, { clock, counts, until: end });
    const tokens = this.#state.written ? [START] : [];
    this.#set({ turn, written: true, phrases: this.#newPhrases });
    return { tokens, end: endOf(turn) };
  }

  /** By which beats a turn begins, if any are known yet, and how many beats of it are counted in. */
  #beginning(now: Seconds, kind: TurnKind): { clock: BeatClock | null; counts: number } {
    const { listener, clock: last } = this.#state;
    const { followsBeats, countsIn, beatsABar, pace } = this.#settings;
    const pulse = pulseOf(listener, now, followsBeats && kind !== 'alone');
    if (pulse !== null) return { clock: this.#clockOf(pulse, now), counts: 0 };
    if (kind === 'alone') {
      const counts = countsIn ? beatsABar : 0;
      return { clock: beatClockFrom(now + counts * pace, pace), counts };
    }
    if (kind === 'along' && followsBeats) return { clock: null, counts: 0 };
    if (last !== null && tickAt(last, now) < FORGOTTEN * TICKS_PER_BEAT) {
      const goesOn = { beat: timeAt(last, 0), bar: true, pace: paceAt(last, now), given: false };
      return { clock: this.#clockOf(goesOn, now), counts: 0 };
    }
    return { clock: beatClockFrom(now, pace), counts: 0 };
  }

  setTurnEnd(end: Seconds | null): Seconds | null | undefined {
    const { turn } = this.#state;
    if (turn === null) return undefined;
    this.#set({ turn: { ...turn, until: end } });
    return this.turnEnd;
  }

  get turnEnd(): Seconds | null {
    const { turn } = this.#state;
    return turn === null ? null : endOf(turn);
  }

  accept(token: number): StreamEvent[] {
    const { turn } = this.#state;
    drumVocabulary.read(token);
    if (turn === null) return [];
    const { turn: after, events } = play(turn, token);
    this.#set({ turn: after });
    return [...events];
  }

  release(): { tokens: number[]; events: PerformanceEvent[] } {
    const { turn } = this.#state;
    if (turn === null) return { tokens: [], events: [] };
    const time = headTime(turn);
    const events = turn.open.map(({ pitch }) => ({ type: 'noteOff' as const, time, pitch }));
    const { clock, head } = turn;
    const line = clock && beatClockFrom(timeAt(clock, head.bar), paceAt(clock, time));
    this.#set({ turn: null, time, clock: line ?? this.#state.clock });
    return { tokens: [], events };
  }

  forbid(mask: Uint8Array): void {
    const { turn, listener } = this.#state;
    if (turn === null || turn.waits || turn.clock === null) {
      keepStart(mask);
      return;
    }
    const { head, bars, clock } = turn;
    const passed = tickAt(clock, turn.passed);
    const { beatsABar } = this.#settings;
    const wanted = {
      ...{
        settings: this.#settings,
        pace: this.#pace,
        beats: beatsABar,
        fill: head.expects === 'PLAN' ? this.#fills(head, bars) : null,
      },
      touch: touchAt(listener, headTime(turn), this.#pace * beatsABar),
    };
    forbidAll(mask, head, passed, wanted);
    if (mask.includes(1)) return;
    // A grammar left nothing of what may come here.
    mask.fill(1);
    forbidAll(mask, head, passed, wanted);
  }

  // ---------------------------------------------------------------- both

  openNotes(voice: Voice): Pitch[] {
    const { turn } = this.#state;
    if (voice === 'player' || turn === null) return [];
    return turn.open.map(({ pitch }) => pitch).sort((a, b) => a - b);
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

/** While it waits, nothing but waiting makes sense. */
function keepStart(mask: Uint8Array): void {
  mask.fill(0);
  mask[START] = 1;
}

function forbidAll(mask: Uint8Array, head: DrumHead, passed: number, wanted: Wanted): void {
  maskNonsense(head, mask, passed);
  mask[END] = 0;
  maskUnwanted(head, wanted, mask);
}

import {
  type Pulse,
  type StreamParams,
  type StreamSnapshot,
  snapshotOf,
  stateOf,
  type TokenStream,
  type TurnStart,
  type Voice,
} from '../../../codec/index.js';
import type { PerformanceEvent } from '../../../music/note.js';
import type { Pitch, Seconds, Velocity } from '../../../music/units.js';
import { SIGNS, UNITS_AN_EIGHTH } from './grammar-tokens.js';
import { LiveMask } from './live-mask.js';
import { LivePage, type PageState } from './live-page.js';
import { isLed, livePace, liveTune } from './live-settings.js';
import { BAR, longestWithin, OPENS, SHORTEST } from './live-writer.js';
import { folkVocabulary } from './vocabulary.js';

/** A player's note that is not yet written: the next note determines its length. */
interface PlayersNote {
  readonly voice: 'player';
  readonly pitch: Pitch;
  readonly released: Seconds | null;
}

/** The model's note or rest: already written, its length still open. */
interface ModelsNote {
  readonly voice: 'model';
  /** Sounding pitch; null for a rest. */
  readonly pitch: Pitch | null;
  /** Session time where the note ends if the turn ends now. */
  readonly until: Seconds;
}

type Pending = PlayersNote | ModelsNote | null;

/** Immutable. */
interface Snapshot {
  readonly page: PageState;
  readonly pending: Pending;
  readonly velocity: Velocity;
}

const FIRST_VELOCITY: Velocity = 80;
/** Smoothing factor per note with which the model's velocity follows the player's. */
const TOUCH = 0.25;
/** Added to the velocity of the model's notes on the first beat of a bar, and on other beats. */
const STRESS = { bar: 10, beat: 5 };
/** A key struck more than this many semitones below a held one is accompaniment, not melody. */
const ACCOMPANIMENT = 12;

/**
 * Token stream of a tune that two voices write as one line of notes on a grid. The player's melody is quantised: a
 * note begins on the nearest grid step, counted from the note before it, so that a small difference from the tune's
 * tempo does no harm, and lasts until the next note. A phrase's last note ends on a beat or where the next pickup
 * begins.
 * Between phrases the position on the page does not advance, so that waiting is not part of the tune. The very first
 * note begins the first bar or the pickup before it. Repeat signs end and open parts and are not played.
 */
export class FolkStream implements TokenStream {
  readonly #page: LivePage;
  readonly #mask: LiveMask;
  #pending: Pending = null;
  /** Velocity of the player, smoothed; the model plays at it. */
  #velocity = FIRST_VELOCITY;

  constructor(time: Seconds) {
    this.#page = new LivePage(time);
    this.#mask = new LiveMask(this.#page);
  }

  get head(): Seconds {
    return this.#page.head;
  }

  get pulse(): Pulse {
    return this.#page.beats;
  }

  /** Tempo and grid apply at once; type, key, meter and pickup apply from the next header on. */
  setParams(params: StreamParams): void {
    this.#page.pace = livePace(params);
    this.#page.wanted = liveTune(params);
    this.#page.phrased = isLed(params);
  }

  /** Moves the head to the next beat. */
  beginTurn(end: Seconds | null): TurnStart {
    this.#page.toBeat();
    return { tokens: [], end: this.setTurnEnd(end) };
  }

  setTurnEnd(end: Seconds | null): Seconds | null {
    if (end !== null) return this.#page.endNear(end);
    this.#page.endless();
    return null;
  }

  get turnEnd(): Seconds | null {
    return this.#page.turnEnd;
  }

  /** State of what is written so far, for components that bias or restrict the next token. */
  get written(): PageState {
    return this.#page.state;
  }

  /** Whether a note or rest of the model has begun and its length is still open. */
  get begun(): boolean {
    return this.#pending?.voice === 'model';
  }

  // ---------------------------------------------------------------- the player

  feed(event: PerformanceEvent): number[] {
    const tokens: number[] = [];
    if (event.type === 'noteOn' && event.velocity > 0) this.#strike(event, tokens);
    else if (event.type !== 'pedal') this.#lift(event.pitch, event.time);
    return tokens;
  }

  #strike({ time, pitch, velocity }: Extract<PerformanceEvent, { type: 'noteOn' }>, out: number[]): void {
    const page = this.#page;
    page.begin(out);
    const { head } = page;
    const pending = this.#pending;
    const struck = { voice: 'player', pitch, released: null } as const;
    if (pending?.voice === 'player') {
      if (pending.released === null && pitch < pending.pitch - ACCOMPANIMENT) return;
      if (page.stepAt(time) <= page.state.at) {
        // The top note of a chord is the melody; a grace note gives way to the note that it leads to.
        if (pending.released !== null || pitch > pending.pitch) this.#pending = struck;
        return;
      }
      this.#writePlayersNote(pending, time, out);
    } else if (pending !== null || page.state.triplet !== null) this.#endModelsNote(time, out);
    // Too fast for a single line of notes.
    else if (time < head - page.state.tune.beat * page.unit) return;
    page.barLine(out);
    page.meet(Math.max(head, time));
    this.#pending = struck;
    this.#velocity = Math.round(this.#velocity + TOUCH * (velocity - this.#velocity));
  }

  /**
   * Writes the player's pending note, given that the next one comes at `time`: it lasts until then unless a rest of a
   * beat or more lies between.
   */
  #writePlayersNote(note: PlayersNote, time: Seconds, out: number[]): void {
    const page = this.#page;
    const { tune, at } = page.state;
    const silence = note.released === null ? 0 : (time - note.released) / page.unit;
    if (silence > tune.bar) {
      this.#endPhrase(note, time, out);
      return;
    }
    const next = page.stepAt(time);
    const rests = silence >= tune.beat;
    const end = rests
      ? Math.min(next, Math.max(page.stepAt(note.released!), page.next(page.pace.grid)))
      : next;
    page.note(note.pitch, end - at, out);
    page.rest(next - end, out);
  }

  /** Ends the phrase: its last note ends on a beat or, if it was struck less than a grid step ago, on the next step. */
  #endPhrase({ pitch, released }: PlayersNote, time: Seconds, out: number[]): void {
    const page = this.#page;
    const { tune, at } = page.state;
    const { grid } = page.pace;
    const elapsed = ((released ?? time) - page.head) / page.unit;
    const justNow = time - page.head < grid * page.unit;
    const end = justNow ? page.next(grid) : page.restNear(at + elapsed);
    page.note(pitch, Math.min(end - at, tune.bar), out);
  }

  #lift(pitch: Pitch, time: Seconds): void {
    const pending = this.#pending;
    if (pending?.voice !== 'player' || pending.pitch !== pitch || pending.released !== null) return;
    this.#pending = { ...pending, released: time };
  }

  advance(time: Seconds): number[] {
    const tokens: number[] = [];
    this.#page.begin(tokens);
    const pending = this.#pending;
    if (pending?.voice === 'model') {
      this.#pending = { ...pending, until: time };
      return tokens;
    }
    if (this.#page.state.triplet !== null) return tokens;
    if (pending) this.#endPhrase(pending, time, tokens);
    this.#pending = null;
    this.#page.barLine(tokens);
    this.#page.wait(time);
    return tokens;
  }

  seek(time: Seconds): void {
    this.#page.wait(time);
  }

  // ---------------------------------------------------------------- the model

  accept(token: number): PerformanceEvent[] {
    const sign = SIGNS[token];
    if (sign === undefined) folkVocabulary.read(token);
    else if (this.#mask.may(token, this.#pending?.voice ?? null)) {
      if (sign.kind === 'pitch') return this.#acceptNote(sign);
      if (sign.kind === 'rest') return this.#acceptNote(null);
      if (sign.kind === 'duration') return this.#closeModelsNote(sign.length);
      if (sign.kind === 'tuplet') return this.#acceptTriplet();
      return this.#acceptBar(token);
    }
    return [];
  }

  #acceptNote(written: { readonly step: number; readonly accidental: number } | null): PerformanceEvent[] {
    const events = this.#closeModelsNote(UNITS_AN_EIGHTH);
    const page = this.#page;
    const pitch = written && page.sounding(written);
    if (written) page.hear(written);
    page.tripletNote();
    this.#pending = { voice: 'model', pitch, until: page.head };
    if (pitch === null) return events;
    return [...events, { type: 'noteOn', time: page.head, pitch, velocity: this.#stressed() }];
  }

  #stressed(): Velocity {
    const { at, tune } = this.#page.state;
    const stress = at % tune.bar === 0 ? STRESS.bar : at % tune.beat === 0 ? STRESS.beat : 0;
    return Math.max(1, Math.min(127, this.#velocity + stress));
  }

  #acceptTriplet(): PerformanceEvent[] {
    const events = this.#closeModelsNote(UNITS_AN_EIGHTH);
    this.#page.openTriplet();
    return events;
  }

  #acceptBar(token: number): PerformanceEvent[] {
    if (token === OPENS) {
      this.#page.open();
      return [];
    }
    const events = this.#closeModelsNote(UNITS_AN_EIGHTH);
    this.#page.newBar(token !== BAR);
    return events;
  }

  /** Ends the model's pending note or rest, if any, after `length` units. */
  #closeModelsNote(length: number): PerformanceEvent[] {
    const pending = this.#pending;
    if (pending?.voice !== 'model') return [];
    this.#pending = null;
    if (this.#page.state.triplet === null) this.#page.pass(length);
    else this.#page.passThird();
    return this.#endOf(pending);
  }

  #endOf({ pitch }: ModelsNote): PerformanceEvent[] {
    return pitch === null ? [] : [{ type: 'noteOff', time: this.head, pitch }];
  }

  release(): { tokens: number[]; events: PerformanceEvent[] } {
    const tokens: number[] = [];
    const pending = this.#pending;
    if (pending?.voice === 'player') return { tokens, events: [] };
    if (pending === null && this.#page.state.triplet === null) return { tokens, events: [] };
    this.#endModelsNote(pending?.until ?? this.head, tokens);
    this.#page.barLine(tokens);
    return { tokens, events: pending === null ? [] : this.#endOf(pending) };
  }

  /** Ends the model's note on the nearest sixteenth, because its turn ends at `time` or the player takes over. */
  #endModelsNote(time: Seconds, out: number[]): void {
    const page = this.#page;
    const steps = Math.max(1, Math.round((time - page.head) / page.unit / SHORTEST));
    this.#pending = null;
    if (page.state.triplet !== null) {
      page.endTriplet(out);
      return;
    }
    page.length(longestWithin(Math.min(page.left, steps * SHORTEST)), out);
  }

  forbid(mask: Uint8Array): void {
    const begun = this.#pending?.voice ?? null;
    this.#mask.forbid(mask, begun);
    if (mask.includes(1)) return;
    // The grammar has forbidden everything that the stream allows: ignore the grammar.
    mask.fill(1);
    this.#mask.forbid(mask, begun);
  }

  // ---------------------------------------------------------------- both

  openNotes(voice: Voice): Pitch[] {
    const pending = this.#pending;
    if (pending?.voice !== voice || pending.pitch === null) return [];
    return pending.voice === 'player' && pending.released !== null ? [] : [pending.pitch];
  }

  soundingTime(): Seconds {
    // The head stays at a note's start until its length is decided, so the note has sounded for no time yet.
    return 0;
  }

  lastLength(): Seconds {
    return 0;
  }

  snapshot(): StreamSnapshot {
    const state: Snapshot = { page: this.#page.state, pending: this.#pending, velocity: this.#velocity };
    return snapshotOf(state);
  }

  restore(snapshot: StreamSnapshot): void {
    const { page, pending, velocity } = stateOf<Snapshot>(snapshot);
    this.#page.state = page;
    this.#pending = pending;
    this.#velocity = velocity;
  }
}

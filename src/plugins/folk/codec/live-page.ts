import type { Pulse } from '../../../codec/codec.js';
import type { Pitch, Seconds } from '../../../music/units.js';
import { PitchRules, placingShift } from './grammar-pitch.js';
import { NO_ACCIDENTAL, UNITS_AN_EIGHTH } from './grammar-tokens.js';
import {
  type LivePace,
  type LiveTune,
  livePace,
  liveTune,
  PHRASE,
  startOf,
  unitSeconds,
} from './live-settings.js';
import {
  BAR,
  DURATIONS,
  ENDS,
  headerTokens,
  longestWithin,
  RANGE,
  REST,
  spell,
  TIE,
  TRIPLET_UNITS,
  tiedToken,
} from './live-writer.js';

interface Written {
  readonly step: number;
  readonly accidental: number;
}

/** What is written and when. Immutable. */
export interface PageState {
  readonly tune: LiveTune;
  /** The header has been written. */
  readonly begun: boolean;
  /**
   * `at`: position of the write head in units from the start of the first bar (a pickup is the end of that bar).
   * `head`: its session time.
   */
  readonly at: number;
  readonly head: Seconds;
  /** Session time of the head by the tune's own pulse, before the clock paused between phrases. */
  readonly pulse: Seconds;
  /** The bar is full and its bar line is not written yet. */
  readonly due: boolean;
  /** Position where the model's turn ends, in units; null if it has no end. */
  readonly until: number | null;
  /** Positions where the model's turn (`turn`) and the current part (`part`) began: units from the start of the first bar. */
  readonly turn: number;
  readonly part: number;
  /** Scale step of the last written note; null before the first. */
  readonly step: number | null;
  /** The last sign written: one that ends a part before a pickup, one that begins a part, or neither. */
  readonly sign: 'ends' | 'begins' | null;
  /**
   * Number of notes begun in the open triplet; null if none is open. `at` stays at the triplet's start until it is
   * complete.
   */
  readonly triplet: number | null;
  /** Notes with accidentals in this bar: the accidentals stay in force until the bar line. */
  readonly bar: readonly Written[];
}

/** The pulse survives a silence of at most this many bars. */
const PULSE_BARS = 2;
const EPSILON = 1e-6;

/** Writes a live tune: tracks its position in bar and time, and turns notes and rests of any length into tokens. */
export class LivePage {
  #wanted: LiveTune = liveTune({});
  pace: LivePace = livePace({});
  /**
   * If true, every eight bars form a part and end with a part's bar line, so that a network that counts bars within a
   * part knows its position.
   */
  phrased = false;
  #state: PageState;
  readonly rules = new PitchRules();

  constructor(time: Seconds) {
    this.#state = {
      tune: this.#wanted,
      begun: false,
      at: startOf(this.#wanted),
      until: null,
      ...{ turn: 0, part: startOf(this.#wanted), step: null },
      head: time,
      pulse: time,
      due: false,
      sign: null,
      triplet: null,
      bar: [],
    };
    this.#readBar();
  }

  get state(): PageState {
    return this.#state;
  }

  set state(state: PageState) {
    this.#state = state;
    this.#readBar();
  }

  /** Settings of the next tune; they apply from its header on. */
  set wanted(tune: LiveTune) {
    this.#wanted = tune;
  }

  get head(): Seconds {
    return this.#state.head;
  }

  /** Duration of one unit in seconds. */
  get unit(): Seconds {
    return unitSeconds(this.#state.tune, this.pace);
  }

  /** Nothing is written but the header. */
  get blank(): boolean {
    return this.#state.at === startOf(this.#state.tune);
  }

  /** Position of the beats relative to the head. */
  get beats(): Pulse {
    const { begun, at } = this.#state;
    const tune = begun ? this.#state.tune : this.#wanted;
    return {
      time: this.#written,
      at: ((begun ? at : startOf(tune)) % tune.bar) / tune.beat,
      beat: tune.beat * unitSeconds(tune, this.pace),
      bar: tune.bar / tune.beat,
    };
  }

  /** Units left in the bar; at its start, the whole bar. */
  get left(): number {
    const { at, tune } = this.#state;
    return tune.bar - (at % tune.bar);
  }

  /** The sounding pitch of a written pitch. */
  sounding({ step, accidental }: Written): Pitch {
    return this.rules.pitchOf(step, accidental) + placingShift({ key: this.#state.tune.key, octave: 0 });
  }

  /** Writes the header unless it is already there. */
  begin(out: number[]): void {
    if (this.#state.begun) return;
    const start = startOf(this.#wanted);
    this.state = { ...this.#state, begun: true, tune: this.#wanted, at: start, part: start };
    out.push(...headerTokens(this.#wanted));
  }

  /** Moves the head to `time` without advancing the position in the tune; never backwards. */
  wait(time: Seconds): void {
    this.#set({ head: Math.max(this.head, time) });
  }

  /** Sets head and pulse to `time`: the player has struck a note. */
  meet(time: Seconds): void {
    this.#set({ head: time, pulse: time });
  }

  /** Moves the head to the next beat of the pulse, unless the pulse is more than PULSE_BARS bars old or nothing is written. */
  toBeat(): void {
    const { tune, head, pulse } = this.#state;
    const beat = tune.beat * this.unit;
    if (this.blank || head - pulse > PULSE_BARS * tune.bar * this.unit) return;
    this.#set({ head: pulse + beat * Math.ceil((head - pulse) / beat - EPSILON) });
  }

  /**
   * Sets the end of the model's turn to the bar line nearest to `time` (in a tune with a pickup: the start of the
   * pickup before it), at least half a bar ahead. Returns its session time.
   */
  endNear(time: Seconds): Seconds {
    const { tune, at } = this.#state;
    const from = at + tune.pickup;
    const bars = (from + (time - this.head) / this.unit) / tune.bar;
    const last = Math.max(Math.round(bars), Math.ceil(from / tune.bar + 0.5));
    this.#set({ until: last * tune.bar - tune.pickup, turn: at });
    return this.turnEnd!;
  }

  /** Session time at which the model's turn ends; null if it has no end. */
  get turnEnd(): Seconds | null {
    const { until, at } = this.#state;
    // Slightly early: the head advances note by note and accumulates rounding errors.
    return until === null ? null : this.#written + (until - at) * this.unit - EPSILON;
  }

  /** Session time of position `at`: the head minus the notes of an open triplet that have passed. */
  get #written(): Seconds {
    const notes = Math.max(0, (this.#state.triplet ?? 0) - 1);
    return this.head - ((notes * TRIPLET_UNITS) / 3) * this.unit;
  }

  /** Removes the end of the model's turn. */
  endless(): void {
    this.#set({ until: null });
  }

  /** Units left in the model's turn; Infinity if it has no end or the end has passed. */
  get turnLeft(): number {
    const { until, at } = this.#state;
    return until === null || until <= at ? Number.POSITIVE_INFINITY : until - at;
  }

  /** The step of the player's grid nearest to `time`, in units from the start of the first bar. */
  stepAt(time: Seconds): number {
    const { grid } = this.pace;
    return Math.round((this.#state.at + (time - this.head) / this.unit) / grid) * grid;
  }

  /** The next multiple of `length`, in units from the start of the first bar. */
  next(length: number): number {
    return (Math.floor(this.#state.at / length) + 1) * length;
  }

  /** The beat or pickup start ahead that is nearest to `position`, in units from the start of the first bar. */
  restNear(position: number): number {
    const { tune, at } = this.#state;
    const beat = Math.max(this.next(tune.beat), Math.round(position / tune.beat) * tune.beat);
    if (tune.pickup === 0) return beat;
    const bars = Math.max(
      Math.floor((at + tune.pickup) / tune.bar) + 1,
      Math.round((position + tune.pickup) / tune.bar),
    );
    const pickup = bars * tune.bar - tune.pickup;
    return Math.abs(pickup - position) <= Math.abs(beat - position) ? pickup : beat;
  }

  /** Advances by `units`, the duration of the last note or rest, within the bar. */
  pass(units: number): void {
    const at = this.#state.at + units;
    const head = this.head + units * this.unit;
    this.#set({ at, head, pulse: head, due: at % this.#state.tune.bar === 0, sign: null });
  }

  openTriplet(): void {
    this.#set({ triplet: 0, sign: null });
  }

  /** Counts a note or rest of the open triplet, if any. */
  tripletNote(): void {
    const { triplet } = this.#state;
    if (triplet !== null) this.#set({ triplet: triplet + 1 });
  }

  /** Ends the current note of the triplet; after the third, ends the triplet. */
  passThird(): void {
    const { triplet, head } = this.#state;
    const next = head + (TRIPLET_UNITS / 3) * this.unit;
    if (triplet! < 3) {
      this.#set({ head: next });
      return;
    }
    this.#set({ head: next - TRIPLET_UNITS * this.unit, triplet: null });
    this.pass(TRIPLET_UNITS);
  }

  /** Fills the open triplet with rests. */
  endTriplet(out: number[]): void {
    if (this.#state.triplet! > 0) this.passThird();
    while (this.#state.triplet !== null) {
      out.push(REST);
      this.tripletNote();
      this.passThird();
    }
  }

  /** Records a written note and its accidental. */
  hear({ step, accidental }: Written): void {
    this.rules.accept(step, accidental);
    const { bar } = this.#state;
    this.#set({ step, bar: accidental === NO_ACCIDENTAL ? bar : [...bar, { step, accidental }] });
  }

  /** Records a bar line, which may end a part. If the bar is not full, it is the end of a part before a pickup. */
  newBar(endsPart: boolean): void {
    const { due, at, part } = this.#state;
    this.rules.barLine();
    this.#set({ due: false, bar: [], sign: due ? null : 'ends', part: endsPart ? at : part });
  }

  /** Records a start-repeat sign. */
  open(): void {
    this.#set({ sign: 'begins', part: this.#state.at });
  }

  /**
   * Writes the bar line if one is due. If `phrased`, the line ends the part after eight bars (unless the tune has a
   * pickup).
   */
  barLine(out: number[]): void {
    const { due, at, part, tune } = this.#state;
    if (!due) return;
    const ends = this.phrased && tune.pickup === 0 && at - part >= PHRASE * tune.bar;
    out.push(ends ? ENDS : BAR);
    this.newBar(ends);
  }

  /** Writes the length of the last note or rest, which must fit in the bar, and advances by it. */
  length(units: number, out: number[]): void {
    if (units !== UNITS_AN_EIGHTH) out.push(DURATIONS.get(units)!);
    this.pass(units);
  }

  /** Writes a note of any length, split into tied notes where no single length exists or a bar line intervenes. */
  note(pitch: Pitch, units: number, out: number[]): void {
    let tied = false;
    for (let rest = units; rest > 0; ) {
      this.barLine(out);
      const written = spell(pitch, this.#state.tune, this.rules);
      out.push(tied ? tiedToken(written.step) : written.token);
      if (!tied) this.hear(written);
      const length = longestWithin(Math.min(rest, this.left));
      this.length(length, out);
      rest -= length;
      // Tying across the bar line would need the accidental again: repeat the note untied instead.
      tied = rest > 0 && (!this.#state.due || this.rules.crossesBar);
      if (tied) out.push(TIE);
    }
    this.barLine(out);
  }

  /** Writes rests of `units` in all. */
  rest(units: number, out: number[]): void {
    for (let rest = units; rest > 0; ) {
      const length = longestWithin(Math.min(rest, this.left));
      out.push(REST);
      this.length(length, out);
      this.barLine(out);
      rest -= length;
    }
  }

  #set(change: Partial<PageState>): void {
    this.#state = { ...this.#state, ...change };
  }

  /** Rebuilds the accidentals in force from the state. */
  #readBar(): void {
    const { tune, bar } = this.#state;
    this.rules.place({ key: tune.key, octave: 0 }, RANGE);
    this.rules.barLine();
    for (const { step, accidental } of bar) this.rules.accept(step, accidental);
  }
}

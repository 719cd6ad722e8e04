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

/** What is written, and when. Immutable. */
export interface PageState {
  readonly tune: LiveTune;
  /** The header is written. */
  readonly begun: boolean;
  /** Units from the beginning of the first bar, of which a pickup is the end, to the head; and the session time there. */
  readonly at: number;
  readonly head: Seconds;
  /** When the head was where it is by the tune's own pulse, before time stood still. */
  readonly pulse: Seconds;
  /** The bar is full, and its line is not written. */
  readonly due: boolean;
  /** Where the model's turn ends, if it has one and is to end. */
  readonly until: number | null;
  /** Where the model's turn began, and where the part did that is under way: units from the beginning of the first bar. */
  readonly turn: number;
  readonly part: number;
  /** The step of the scale of the note that was written last; null before the first. */
  readonly step: number | null;
  /** What was written last: a sign that ends a part before a pickup, one that begins a part, or neither. */
  readonly sign: 'ends' | 'begins' | null;
  /** Notes begun of the open triplet; null where none is open. `at` is its beginning until it is over. */
  readonly triplet: number | null;
  /** Notes of the bar with accidentals, which hold in it. */
  readonly bar: readonly Written[];
}

/** The pulse is kept over a silence of so many bars. */
const PULSE_BARS = 2;
const EPSILON = 1e-6;

/** The page that a live tune is written on: where it stands in bar and time, and the tokens of notes and rests of any length. */
export class LivePage {
  #wanted: LiveTune = liveTune({});
  pace: LivePace = livePace({});
  /** Eight bars are a part, said or not: a network that counts the bars of a part knows where it stands. */
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

  /** The tune to come: it holds from its header on. */
  set wanted(tune: LiveTune) {
    this.#wanted = tune;
  }

  get head(): Seconds {
    return this.#state.head;
  }

  /** How long a unit lasts. */
  get unit(): Seconds {
    return unitSeconds(this.#state.tune, this.pace);
  }

  /** Nothing but the header is written. */
  get blank(): boolean {
    return this.#state.at === startOf(this.#state.tune);
  }

  /** How the beats lie at the head. */
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

  /** Units that are left of the bar; a whole bar at its beginning. */
  get left(): number {
    const { at, tune } = this.#state;
    return tune.bar - (at % tune.bar);
  }

  /** How a pitch of the tokens sounds. */
  sounding({ step, accidental }: Written): Pitch {
    return this.rules.pitchOf(step, accidental) + placingShift({ key: this.#state.tune.key, octave: 0 });
  }

  /** Writes the header, if it is not there. */
  begin(out: number[]): void {
    if (this.#state.begun) return;
    const start = startOf(this.#wanted);
    this.state = { ...this.#state, begun: true, tune: this.#wanted, at: start, part: start };
    out.push(...headerTokens(this.#wanted));
  }

  /** Time stands still until `time`: the head is there, or where it was. */
  wait(time: Seconds): void {
    this.#set({ head: Math.max(this.head, time) });
  }

  /** The head is at `time`, and so is the pulse: somebody plays. */
  meet(time: Seconds): void {
    this.#set({ head: time, pulse: time });
  }

  /** Moves the head on to the next beat of the pulse, unless that is long ago. */
  toBeat(): void {
    const { tune, head, pulse } = this.#state;
    const beat = tune.beat * this.unit;
    if (this.blank || head - pulse > PULSE_BARS * tune.bar * this.unit) return;
    this.#set({ head: pulse + beat * Math.ceil((head - pulse) / beat - EPSILON) });
  }

  /** The model's turn ends at the bar line, or the pickup before one, that is nearest to `time`, half a bar from here at least. Returns when. */
  endNear(time: Seconds): Seconds {
    const { tune, at } = this.#state;
    const from = at + tune.pickup;
    const bars = (from + (time - this.head) / this.unit) / tune.bar;
    const last = Math.max(Math.round(bars), Math.ceil(from / tune.bar + 0.5));
    this.#set({ until: last * tune.bar - tune.pickup, turn: at });
    return this.turnEnd!;
  }

  /** When the model's turn ends; null where it is not to end. */
  get turnEnd(): Seconds | null {
    const { until, at } = this.#state;
    // A hair early: the head comes there note by note, and rounds on its way.
    return until === null ? null : this.#written + (until - at) * this.unit - EPSILON;
  }

  /** When the units of `at` had passed: those of an open triplet have not, but its notes have. */
  get #written(): Seconds {
    const notes = Math.max(0, (this.#state.triplet ?? 0) - 1);
    return this.head - ((notes * TRIPLET_UNITS) / 3) * this.unit;
  }

  /** The model's turn has no end. */
  endless(): void {
    this.#set({ until: null });
  }

  /** Units that are left until the model's turn ends; infinitely many where it is not to end, or has. */
  get turnLeft(): number {
    const { until, at } = this.#state;
    return until === null || until <= at ? Number.POSITIVE_INFINITY : until - at;
  }

  /** The step of the player's grid that is nearest to `time`, in units from the beginning. */
  stepAt(time: Seconds): number {
    const { grid } = this.pace;
    return Math.round((this.#state.at + (time - this.head) / this.unit) / grid) * grid;
  }

  /** The next multiple of `length`, in units from the beginning. */
  next(length: number): number {
    return (Math.floor(this.#state.at / length) + 1) * length;
  }

  /** The beat, or the beginning of a pickup, that is nearest to `position` and lies ahead. In units from the beginning. */
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

  /** What was written last has lasted so many units, within the bar. */
  pass(units: number): void {
    const at = this.#state.at + units;
    const head = this.head + units * this.unit;
    this.#set({ at, head, pulse: head, due: at % this.#state.tune.bar === 0, sign: null });
  }

  openTriplet(): void {
    this.#set({ triplet: 0, sign: null });
  }

  /** A note or rest of the triplet begins, if one is open. */
  tripletNote(): void {
    const { triplet } = this.#state;
    if (triplet !== null) this.#set({ triplet: triplet + 1 });
  }

  /** The note of the triplet that was written last is over, and after the third the triplet. */
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

  /** A note is written. */
  hear({ step, accidental }: Written): void {
    this.rules.accept(step, accidental);
    const { bar } = this.#state;
    this.#set({ step, bar: accidental === NO_ACCIDENTAL ? bar : [...bar, { step, accidental }] });
  }

  /** A bar line is written, with which a part may end; or, where the bar is not full, the end of a part before a pickup. */
  newBar(endsPart: boolean): void {
    const { due, at, part } = this.#state;
    this.rules.barLine();
    this.#set({ due: false, bar: [], sign: due ? null : 'ends', part: endsPart ? at : part });
  }

  /** A sign that opens a repeat is written. */
  open(): void {
    this.#set({ sign: 'begins', part: this.#state.at });
  }

  /** Writes the bar line, if it is due: where phrases are parts, one that ends a part after eight bars. */
  barLine(out: number[]): void {
    const { due, at, part, tune } = this.#state;
    if (!due) return;
    const ends = this.phrased && tune.pickup === 0 && at - part >= PHRASE * tune.bar;
    out.push(ends ? ENDS : BAR);
    this.newBar(ends);
  }

  /** Says the length of the note or rest that was written last, which is within the bar. */
  length(units: number, out: number[]): void {
    if (units !== UNITS_AN_EIGHTH) out.push(DURATIONS.get(units)!);
    this.pass(units);
  }

  /** Writes a note of any length: in several that are tied where there is no one length for it, or a bar line comes between. */
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
      // An accidental would have to be written again behind the bar line: there the note is struck anew.
      tied = rest > 0 && (!this.#state.due || this.rules.crossesBar);
      if (tied) out.push(TIE);
    }
    this.barLine(out);
  }

  /** Writes rests. */
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

  /** Which accidentals hold follows from the state. */
  #readBar(): void {
    const { tune, bar } = this.#state;
    this.rules.place({ key: tune.key, octave: 0 }, RANGE);
    this.rules.barLine();
    for (const { step, accidental } of bar) this.rules.accept(step, accidental);
  }
}

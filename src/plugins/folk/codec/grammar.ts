import type { Mode } from '../../../music/abc/key.js';
import { barLength, tupletTime } from '../../../music/abc/meter.js';
import type { Meter } from '../../../music/abc/tune.js';
import { BarTime, CHORD, NOTE, REST, tupletMay } from './grammar-bar.js';
import { OpenChord } from './grammar-chord.js';
import { type AfterBar, FormCourse } from './grammar-course.js';
import { PitchRules, type Placing } from './grammar-pitch.js';
import type { TuneGrammar, TuneRules } from './grammar-rules.js';
import { FUSED, OTHERS, PITCHES, SIGNS, type Sign, UNITS_AN_EIGHTH } from './grammar-tokens.js';
import { folkToken } from './vocabulary.js';
import type { TuneType } from './words.js';

/** What the grammar expects next. */
type Want = 'type' | 'meter' | 'key' | AfterBar | 'nothing';

/** Bars at the end of a part that are drawn with look-ahead. Two bars doubled the time and showed no better endings. */
const CADENCE_BARS = 1;

const OPENS = folkToken('|:')!;
const DOUBLE = folkToken('||')!;

/**
 * State of a tune under generation, and which tokens may come next. It guarantees that every bar is exactly full,
 * repeats and endings are complete, form and header are as requested, accidentals and range are legal, and ties reach
 * a note. A tune may begin with a pickup of up to half a bar; then every part does, and the part's last bar is shorter
 * by the pickup.
 *
 * The grammar has no dead ends: what is left of a bar is always a whole number of units, for which note lengths exist,
 * and tuplets and broken rhythm begin only where they can be completed.
 */
export class FolkGrammar implements TuneGrammar {
  readonly #rules: TuneRules;
  readonly #course: FormCourse;
  readonly #chord = new OpenChord();
  readonly #time = new BarTime();
  readonly #pitches = new PitchRules();
  #want: Want = 'type';
  #type: TuneType | null = null;
  #meter: Meter | null = null;
  #placing: Placing | null = null;
  #segments = 0;

  constructor(rules: TuneRules) {
    this.#rules = rules;
    this.#course = new FormCourse(rules);
  }

  fork(): FolkGrammar {
    const fork = new FolkGrammar(this.#rules);
    fork.#course.copyFrom(this.#course);
    fork.#chord.copyFrom(this.#chord);
    fork.#time.copyFrom(this.#time);
    fork.#pitches.copyFrom(this.#pitches);
    fork.#want = this.#want;
    fork.#type = this.#type;
    fork.#meter = this.#meter;
    fork.#placing = this.#placing;
    fork.#segments = this.#segments;
    return fork;
  }

  /** The tune is complete: `</s>` has been accepted. */
  get done(): boolean {
    return this.#want === 'nothing';
  }

  /** Key and octave; null until the mode is known. */
  get placing(): Placing | null {
    return this.#placing;
  }

  /** Full bars left in the part or its ending; 0 between two endings. */
  get barsLeft(): number {
    return this.#course.barsLeft;
  }

  /** Whether the next music is an upbeat: see {@link FormCourse}. */
  get upbeat(): 'yes' | 'no' | 'open' {
    return this.#course.upbeat;
  }

  /**
   * Position in the bar, in eighths, if the last note ends as written; undefined inside a tuplet, broken-rhythm pair
   * or chord.
   */
  get at(): number | undefined {
    const units = this.#chord.isOpen ? -1 : this.#time.free();
    return units < 0 ? undefined : units / UNITS_AN_EIGHTH;
  }

  /** Whether the bar is full if its last note ends as written. */
  get barFull(): boolean {
    return this.#time.free() >= this.#time.capacity;
  }

  /** 1 for the last bar of a part or ending, else 0. */
  get lookAhead(): number {
    return this.#placing !== null && !this.done && this.barsLeft > 0 && this.barsLeft <= CADENCE_BARS ? 1 : 0;
  }

  get segments(): number {
    return this.#segments;
  }

  segmentWeight(): number {
    return 1;
  }

  /** Always false: this grammar has no plans. */
  get planning(): boolean {
    return false;
  }

  /** Does nothing: this grammar has no plan to favour. */
  bias(): void {}

  /** Always undefined: no token is determined in advance. */
  get forcedToken(): undefined {
    return undefined;
  }

  /** Sets `mask` (token) to 0 for each token that may not come next. */
  forbid(mask: Uint8Array): void {
    // Most tokens are pitches: conditions common to all of them are evaluated once.
    const inMusic = this.#want === 'music' || this.#want === 'open';
    const inChord = this.#chord.isOpen;
    const notes = inMusic && (inChord ? this.#chord.hasRoom : this.#time.noteMay());
    for (const { token, step, accidental } of PITCHES) {
      const may = notes && (inChord ? this.#mayJoin(step, accidental) : this.#pitches.may(step, accidental));
      if (!may) mask[token] = 0;
    }
    for (const token of OTHERS) if (mask[token] !== 0 && !this.#may(SIGNS[token]!)) mask[token] = 0;
  }

  allows(token: number): boolean {
    const sign = SIGNS[token];
    return sign !== undefined && this.#may(sign);
  }

  #may(sign: Sign): boolean {
    switch (this.#want) {
      case 'type':
        if (sign.kind === 'type') return this.#rules.types.includes(sign.type);
        return sign.kind === 'meter' && this.#rules.types.includes(null) && this.#mayMeter(sign.meter);
      case 'meter':
        return sign.kind === 'meter' && this.#mayMeter(sign.meter);
      case 'key':
        return sign.kind === 'key' && this.#rules.modes.includes(sign.mode);
      case 'open':
        return (sign.kind === 'bar' && sign.line === '|:') || this.#mayInMusic(sign);
      case 'second':
        return sign.kind === 'volta' && sign.ending === '2';
      case 'end':
        return sign.kind === 'end';
      case 'nothing':
        return false;
      case 'music':
        return this.#mayInMusic(sign);
    }
  }

  #mayMeter(meter: Meter | null): boolean {
    return meter !== null && this.#rules.meterFits(this.#type, meter);
  }

  #mayInMusic(sign: Sign): boolean {
    return this.#chord.isOpen ? this.#mayInChord(sign) : this.#mayInBar(sign);
  }

  #mayInChord(sign: Sign): boolean {
    if (sign.kind === 'close') return this.#chord.mayClose;
    return sign.kind === 'pitch' && this.#chord.hasRoom && this.#mayJoin(sign.step, sign.accidental);
  }

  /** Whether a pitch may join the open chord. */
  #mayJoin(step: number, accidental: number): boolean {
    const pitches = this.#pitches;
    return pitches.may(step, accidental) && !this.#chord.has(step, pitches.pitchOf(step, accidental));
  }

  #mayInBar(sign: Sign): boolean {
    const time = this.#time;
    const { tied } = this.#pitches;
    switch (sign.kind) {
      case 'pitch':
        return time.noteMay() && this.#pitches.may(sign.step, sign.accidental);
      case 'rest':
      case 'open':
        return !tied && time.somethingMay();
      case 'tuplet':
        return !tied && time.somethingMay() && this.#mayTuplet(sign);
      case 'duration':
        if (sign.broken === 0) return time.fits(sign.length);
        return time.said === 0 && time.breaks(sign.length, sign.broken);
      case 'broken': {
        const length = time.said || UNITS_AN_EIGHTH;
        return time.breaks(length, sign.by) && !(time.said > 0 && FUSED.has(`${length} ${sign.by}`));
      }
      case 'tie':
        return this.#mayTie();
      case 'bar':
        return this.#mayBar(sign.line);
      case 'volta':
        return sign.ending === '1' && this.#mayBar('1');
      default:
        return false;
    }
  }

  /** Rejects 5-, 7- and 9-tuplets with the default ratio in meters divisible by three: programs disagree on that default. */
  #mayTuplet({ p, q: said, r }: Extract<Sign, { kind: 'tuplet' }>): boolean {
    const usual = tupletTime(p, this.#meter);
    const q = said ?? usual;
    if (q === usual && r === p && p % 2 === 1 && p > 3 && this.#meter!.num % 3 === 0) return false;
    return tupletMay(p, q, r, this.#time.capacity - this.#time.free());
  }

  #mayTie(): boolean {
    const at = this.#time.free();
    if (this.#time.pending !== NOTE || at < 0 || this.#time.inTuplet) return false;
    if (at < this.#time.capacity) return true;
    return this.#pitches.crossesBar && this.#course.barFollows;
  }

  /** `line` is a bar line, or `1` for the start of the first ending. */
  #mayBar(line: string): boolean {
    const at = this.#time.free();
    if (at <= 0) return false;
    const { tied, crossesBar } = this.#pitches;
    if (tied && (line !== '|' || !crossesBar)) return false;
    return this.#course.mayEndBar(line, at, this.#time.capacity);
  }

  /** Whether a repeat begins here and this token leaves its sign implicit, as printed tune books do. */
  #impliesRepeat(sign: Sign): boolean {
    return this.#want === 'open' && !(sign.kind === 'bar' && sign.line === '|:');
  }

  /**
   * Accepts a token as {@link accept} does and appends it to `written`, preceded by the start-repeat sign if the token
   * implies one.
   */
  advance(token: number, written: number[]): number {
    if (this.#impliesRepeat(SIGNS[token]!)) {
      if (written.at(-1) === DOUBLE) written.pop();
      written.push(OPENS);
    }
    this.accept(token);
    written.push(token);
    return token;
  }

  /** Accepts an allowed token. Throws a plain Error for any other: that is a bug in the caller. */
  accept(token: number): void {
    const sign = SIGNS[token];
    if (sign === undefined || !this.#may(sign)) throw new Error(`token ${token} is not allowed here`);
    if (this.#want === 'open' && sign.kind !== 'bar') this.#want = 'music';
    switch (sign.kind) {
      case 'type':
        this.#type = sign.type;
        this.#want = 'meter';
        return;
      case 'meter':
        this.#meter = sign.meter;
        this.#want = 'key';
        return;
      case 'key':
        this.#begin(sign.mode);
        return;
      case 'pitch':
        this.#note(sign.step, sign.accidental);
        return;
      case 'rest':
        this.#time.begin(REST);
        return;
      case 'open':
        this.#time.close();
        this.#chord.open();
        return;
      case 'close':
        this.#chord.close();
        this.#time.begin(CHORD);
        return;
      case 'tuplet':
        this.#time.beginTuplet(sign.p, sign.q ?? tupletTime(sign.p, this.#meter), sign.r);
        return;
      case 'duration':
        this.#time.say(sign.length);
        if (sign.broken !== 0) this.#time.breakRhythm(sign.broken);
        return;
      case 'broken':
        this.#time.breakRhythm(sign.by);
        return;
      case 'tie':
        this.#time.close();
        this.#pitches.tie();
        return;
      case 'bar':
      case 'volta':
        this.#barLine(sign.kind === 'bar' ? sign.line : sign.ending);
        return;
      case 'end':
        this.#want = 'nothing';
    }
  }

  #begin(mode: Mode): void {
    const { num, den } = barLength(this.#meter!);
    const full = (UNITS_AN_EIGHTH * num) / den;
    this.#placing = this.#rules.place(mode);
    this.#pitches.place(this.#placing, this.#rules.range);
    this.#want = this.#course.begin(full);
    // abc2midi swings the eighths of a 4/4 hornpipe and the sixteenths of a 2/4 hornpipe.
    this.#time.swung = this.#type === 'hornpipe' ? full / 8 : 0;
    this.#time.newBar(this.#course.capacity());
  }

  #note(step: number, accidental: number): void {
    if (this.#chord.isOpen) this.#chord.add(step, this.#pitches.pitchOf(step, accidental));
    else this.#time.begin(NOTE, this.#pitches.tied);
    this.#pitches.accept(step, accidental);
  }

  #barLine(line: string): void {
    const before = this.barsLeft;
    this.#time.close();
    this.#pitches.barLine();
    if (this.#want === 'music')
      this.#want = this.#course.endBar(line, this.#time.free(), this.#time.capacity);
    else {
      if (this.#want === 'second') this.#course.beginSecondEnding();
      this.#want = 'music';
    }
    this.#time.newBar(this.#course.capacity());
    if (this.barsLeft === 0 || this.barsLeft > before) this.#segments++;
  }
}

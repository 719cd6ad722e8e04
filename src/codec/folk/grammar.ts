import type { Mode } from '../../music/abc/key.js';
import { barLength, tupletTime } from '../../music/abc/meter.js';
import type { Meter } from '../../music/abc/tune.js';
import { BarTime, CHORD, NOTE, REST, tupletMay } from './grammar-bar.js';
import type { PartPlan } from './grammar-form.js';
import { type PitchRange, PitchRules, type Placing } from './grammar-pitch.js';
import { FUSED, OTHERS, PITCHES, SIGNS, type Sign, UNITS_AN_EIGHTH } from './grammar-tokens.js';
import { folkToken } from './vocabulary.js';
import type { TuneType } from './words.js';

/** What is asked of a tune. */
export interface TuneRules {
  /** Types that it may have; null is a tune without `R:`. */
  readonly types: readonly (TuneType | null)[];
  readonly meterFits: (type: TuneType | null, meter: Meter) => boolean;
  readonly modes: readonly Mode[];
  /** The key for a mode, and where the tune goes in it. */
  readonly place: (mode: Mode) => Placing;
  readonly range: PitchRange;
  readonly parts: readonly PartPlan[];
  /** Bars a part, at least 2, each ending included; a pickup is no bar. */
  readonly bars: number;
}

/** What a token is for: what it costs to forbid is counted apart. Bar lines include endings and the end of the tune. */
export type TokenRole = 'header' | 'bar' | 'music';

export function tokenRole(token: number): TokenRole {
  switch (SIGNS[token]!.kind) {
    case 'type':
    case 'meter':
    case 'key':
      return 'header';
    case 'bar':
    case 'volta':
    case 'end':
      return 'bar';
    default:
      return 'music';
  }
}

/** What must come before anything else. */
type Want = 'type' | 'meter' | 'key' | 'music' | 'open' | 'second' | 'end' | 'nothing';

/** An ending has so many bars at most. */
const MOST_ENDING_BARS = 2;
const MOST_CHORD_NOTES = 4;
const UNKNOWN = -1;
const OPENS = folkToken('|:')!;
const DOUBLE = folkToken('||')!;

/**
 * A tune as it grows, token by token, and which tokens may come next: every bar is exactly full, repeats and endings are
 * whole, the form and the header are those asked for, accidentals and range are legal, ties reach a note. A tune may begin
 * with a pickup of up to half a bar; then every part does, and its last bar gives the pickup's time back.
 *
 * It never comes to where nothing is allowed: what is left of a bar is always whole units, of which there are notes, and tuplets
 * and broken rhythm begin only where they can end.
 */
export class FolkGrammar {
  readonly #rules: TuneRules;
  readonly #time = new BarTime();
  readonly #pitches = new PitchRules();
  #want: Want = 'type';
  #type: TuneType | null = null;
  #meter: Meter | null = null;
  #placing: Placing | null = null;
  /** A full bar, in units. */
  #full = 0;
  #part = 0;
  /** Full bars of the part that are done; in an ending, those that it stands for too. */
  #bars = 0;
  #ending: 0 | 1 | 2 = 0;
  #endingBars = 0;
  #pickup = UNKNOWN;
  #inPickup = false;
  /** Notes of the open chord; -1 where none is open. */
  #chord = -1;
  readonly #chordSteps = new Int8Array(MOST_CHORD_NOTES);
  readonly #chordPitches = new Int16Array(MOST_CHORD_NOTES);

  constructor(rules: TuneRules) {
    this.#rules = rules;
  }

  copy(): FolkGrammar {
    const copy = new FolkGrammar(this.#rules);
    copy.#time.copyFrom(this.#time);
    copy.#pitches.copyFrom(this.#pitches);
    copy.#want = this.#want;
    copy.#type = this.#type;
    copy.#meter = this.#meter;
    copy.#placing = this.#placing;
    copy.#full = this.#full;
    copy.#part = this.#part;
    copy.#bars = this.#bars;
    copy.#ending = this.#ending;
    copy.#endingBars = this.#endingBars;
    copy.#pickup = this.#pickup;
    copy.#inPickup = this.#inPickup;
    copy.#chord = this.#chord;
    copy.#chordSteps.set(this.#chordSteps);
    copy.#chordPitches.set(this.#chordPitches);
    return copy;
  }

  /** `</s>` was said. */
  get done(): boolean {
    return this.#want === 'nothing';
  }

  /** The tune's key and octave, once its mode is known. */
  get placing(): Placing | null {
    return this.#placing;
  }

  /** Full bars of the part, or of its ending, that are still to be done; 0 between two endings. */
  get barsLeft(): number {
    return this.#rules.bars - this.#bars;
  }

  /** Writes 0 into `mask` (token) where the token may not come next. */
  forbid(mask: Uint8Array): void {
    // Most tokens are pitches: what is the same for all of them is asked once.
    const inMusic = this.#want === 'music' || this.#want === 'open';
    const inChord = this.#chord >= 0;
    const notes = inMusic && (inChord ? this.#chord < MOST_CHORD_NOTES : this.#time.noteMay());
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
    return this.#chord >= 0 ? this.#mayInChord(sign) : this.#mayInBar(sign);
  }

  #mayInChord(sign: Sign): boolean {
    if (sign.kind === 'close') return this.#chord >= 2;
    if (sign.kind !== 'pitch' || this.#chord === MOST_CHORD_NOTES) return false;
    return this.#mayJoin(sign.step, sign.accidental);
  }

  /** Whether a pitch may be one of the open chord. */
  #mayJoin(step: number, accidental: number): boolean {
    if (!this.#pitches.may(step, accidental)) return false;
    const pitch = this.#pitches.pitchOf(step, accidental);
    for (let note = 0; note < this.#chord; note++) {
      if (this.#chordSteps[note] === step || this.#chordPitches[note] === pitch) return false;
    }
    return true;
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

  /** What 5, 7 and 9 notes are in the time of where it is not written, programs say differently in meters of threes. */
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
    return this.#pitches.crossesBar && (this.#inPickup || this.#bars + 1 < this.#rules.bars);
  }

  /** `line` is a bar line, or 1 where the first ending begins. */
  #mayBar(line: string): boolean {
    const at = this.#time.free();
    if (at <= 0) return false;
    const { tied, crossesBar } = this.#pitches;
    if (tied && (line !== '|' || !crossesBar)) return false;
    if (at < this.#time.capacity) return line === '|' && this.#endsPickup(at);
    if (this.#inPickup) return line === '|';
    const left = this.#rules.bars - this.#bars - 1;
    if (left > 0) return line === '|' || (line === '1' && this.#mayFork(left));
    return this.#endsPart(line);
  }

  #endsPickup(at: number): boolean {
    return this.#pickup === UNKNOWN && 2 * at <= this.#full && at % (UNITS_AN_EIGHTH / 2) === 0;
  }

  /** Whether two endings may begin, each of `bars`. */
  #mayFork(bars: number): boolean {
    return this.#ending === 0 && bars <= MOST_ENDING_BARS && this.#rules.parts[this.#part]!.closes;
  }

  #endsPart(line: string): boolean {
    const { parts } = this.#rules;
    if (parts[this.#part]!.closes && this.#ending < 2) return line === ':|';
    const next = parts[this.#part + 1];
    if (next === undefined) return line === '|';
    return line === '||' || (next.opens && line === '|:');
  }

  /** Whether a repeat begins here, and the token leaves out its sign, as books do. */
  #impliesRepeat(sign: Sign): boolean {
    return this.#want === 'open' && !(sign.kind === 'bar' && sign.line === '|:');
  }

  /** Moves on as {@link accept} does, and writes the token behind `written`, with the sign of a repeat that it leaves out. */
  acceptWritten(token: number, written: number[]): void {
    if (this.#impliesRepeat(SIGNS[token]!)) {
      if (written.at(-1) === DOUBLE) written.pop();
      written.push(OPENS);
    }
    this.accept(token);
    written.push(token);
  }

  /** Moves on by a token that is allowed. Any other is a defect of the caller's. */
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
        this.#chord = 0;
        return;
      case 'close':
        this.#chord = -1;
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
    this.#full = (UNITS_AN_EIGHTH * num) / den;
    this.#placing = this.#rules.place(mode);
    this.#pitches.place(this.#placing, this.#rules.range);
    this.#want = this.#rules.parts[0]!.opens ? 'open' : 'music';
    // abc2midi swings the eighths of a hornpipe in 4/4, the sixteenths of one in 2/4.
    this.#time.swung = this.#type === 'hornpipe' ? this.#full / 8 : 0;
    this.#time.newBar(this.#capacity());
  }

  #note(step: number, accidental: number): void {
    if (this.#chord >= 0) {
      this.#chordSteps[this.#chord] = step;
      this.#chordPitches[this.#chord] = this.#pitches.pitchOf(step, accidental);
      this.#chord++;
    } else this.#time.begin(NOTE, this.#pitches.tied);
    this.#pitches.accept(step, accidental);
  }

  #capacity(): number {
    const pickup = Math.max(0, this.#pickup);
    if (this.#inPickup) return pickup;
    return this.#bars === this.#rules.bars - 1 ? this.#full - pickup : this.#full;
  }

  #barLine(line: string): void {
    this.#time.close();
    this.#pitches.barLine();
    if (this.#want === 'open') this.#want = 'music';
    else if (this.#want === 'second') {
      this.#want = 'music';
      this.#ending = 2;
      this.#bars = this.#rules.bars - this.#endingBars;
    } else this.#endBar(line);
    this.#time.newBar(this.#capacity());
  }

  #endBar(line: string): void {
    const at = this.#time.free();
    if (this.#inPickup) {
      this.#inPickup = false;
      return;
    }
    if (this.#pickup === UNKNOWN) {
      this.#pickup = at < this.#time.capacity ? at : 0;
      if (this.#pickup > 0) return;
    }
    this.#bars++;
    if (line === '1') {
      this.#ending = 1;
      this.#endingBars = this.#rules.bars - this.#bars;
    } else if (this.#bars === this.#rules.bars) this.#endPart(line);
  }

  #endPart(line: string): void {
    if (line === ':|' && this.#ending === 1) {
      this.#want = 'second';
      return;
    }
    this.#part++;
    this.#bars = 0;
    this.#ending = 0;
    const next = this.#rules.parts[this.#part];
    if (next === undefined) this.#want = 'end';
    else {
      this.#inPickup = this.#pickup > 0;
      if (next.opens && line !== '|:') this.#want = 'open';
    }
  }
}

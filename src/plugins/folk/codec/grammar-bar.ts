import { UNITS_AN_EIGHTH } from './grammar-tokens.js';

/** Allowed lengths of tuplet notes, in units. All notes of a tuplet share one length, since ABC programs expect it. */
const TUPLET_LENGTHS = [1, 2, 3, 4, 6, 8, 12, 16];
export const NOTE = 1;
export const REST = 2;
export const CHORD = 3;

/**
 * The position in the current bar, in units. A note lasts an eighth unless the next token gives another length, so the
 * last note is *pending*: it has begun, but its length is still open.
 */
export class BarTime {
  /** Length of the bar. */
  capacity = 0;
  /**
   * Length of the notes that ABC players swing in pairs (hornpipes): broken rhythm must stay within such a pair. 0: no
   * swing.
   */
  swung = 0;
  /** Start of the pending note, or of the tuplet that contains it. */
  #at = 0;
  /** NOTE, REST or CHORD; 0 if nothing is pending. */
  #pending = 0;
  /** Written length of the pending note; 0 until a token gives it. */
  #said = 0;
  /** The pending note is tied to the one before. Such a note is already long, so it cannot start a broken-rhythm pair. */
  #tied = false;
  /** After a broken-rhythm sign: the length that the next note must be written with, and its sounding length. */
  #partner = 0;
  #partnerSounds = 0;
  #wantsPartner = false;
  /** The open tuplet: r notes, p in the time of q; how many have still to begin; their common length (0 until known). */
  #p = 0;
  #q = 0;
  #r = 0;
  #left = 0;
  #each = 0;
  /** The bar already contains a chord. */
  #chorded = false;

  copyFrom(other: BarTime): void {
    this.capacity = other.capacity;
    this.swung = other.swung;
    this.#at = other.#at;
    this.#pending = other.#pending;
    this.#said = other.#said;
    this.#tied = other.#tied;
    this.#partner = other.#partner;
    this.#partnerSounds = other.#partnerSounds;
    this.#wantsPartner = other.#wantsPartner;
    this.#p = other.#p;
    this.#q = other.#q;
    this.#r = other.#r;
    this.#left = other.#left;
    this.#each = other.#each;
    this.#chorded = other.#chorded;
  }

  newBar(capacity: number): void {
    this.capacity = capacity;
    this.#at = 0;
    this.#pending = 0;
    this.#said = 0;
    this.#chorded = false;
  }

  get pending(): number {
    return this.#pending;
  }

  get inTuplet(): boolean {
    return this.#p > 0;
  }

  get said(): number {
    return this.#said;
  }

  /**
   * Position in the bar if the pending note ends with its written length. -1 if it cannot end so, or if a tuplet or
   * broken-rhythm pair is incomplete.
   */
  free(): number {
    if (this.#wantsPartner) return -1;
    if (this.#pending === 0) return this.#p > 0 ? -1 : this.#at;
    const length = this.#said || UNITS_AN_EIGHTH;
    if (this.#said === 0 && !this.fits(length)) return -1;
    if (this.#p > 0) return this.#left > 0 ? -1 : this.#at + (this.#r * length * this.#q) / this.#p;
    return this.#at + (this.#partner > 0 ? this.#partnerSounds : length);
  }

  /** Whether another note may begin. */
  noteMay(): boolean {
    if (this.#wantsPartner) return true;
    if (this.#p > 0 && this.#left > 0)
      return this.#pending === 0 || this.#said > 0 || this.fits(UNITS_AN_EIGHTH);
    return this.somethingMay();
  }

  /** Whether a rest, chord or tuplet may begin: the bar must have at least `length` units left. */
  somethingMay(length = 1): boolean {
    const free = this.free();
    return free >= 0 && free + length <= this.capacity;
  }

  /** Whether the pending note may be written with this length. */
  fits(length: number): boolean {
    if (this.#pending === 0 || this.#said > 0) return false;
    const room = this.capacity - this.#at;
    if (this.#p > 0) {
      if (this.#each > 0) return length === this.#each;
      return TUPLET_LENGTHS.includes(length) && wholeWithin(this.#r * length * this.#q, this.#p, room);
    }
    return this.#partner > 0 ? length === this.#partner : length <= room;
  }

  /** Whether the pending note, with this written length, and an equal note after it may form a broken-rhythm pair. */
  breaks(length: number, by: number): boolean {
    if (this.#pending !== NOTE || this.#p > 0 || this.#partner > 0 || this.#tied) return false;
    if (this.#at + 2 * length > this.capacity) return false;
    // When swinging, abc2midi miscounts a broken pair after a chord and rejects one that straddles two swung
    // pairs.
    if (this.swung > 0 && this.#chorded) return false;
    if (length === this.swung && this.#at % (2 * length) === length) return false;
    const short = length / 2 ** Math.abs(by);
    return Number.isInteger(short) && (length & (length - 1)) === 0;
  }

  say(length: number): void {
    this.#said = length;
  }

  breakRhythm(by: number): void {
    const length = this.#said || UNITS_AN_EIGHTH;
    const short = length / 2 ** Math.abs(by);
    const long = 2 * length - short;
    this.#at += by > 0 ? long : short;
    this.#partner = length;
    this.#partnerSounds = by > 0 ? short : long;
    this.#pending = 0;
    this.#said = 0;
    this.#wantsPartner = true;
  }

  beginTuplet(p: number, q: number, r: number): void {
    this.close();
    this.#p = p;
    this.#q = q;
    this.#r = r;
    this.#left = r;
    this.#each = 0;
  }

  begin(kind: number, tied = false): void {
    this.close();
    this.#tied = tied;
    this.#wantsPartner = false;
    if (this.#p > 0) this.#left--;
    this.#pending = kind;
    if (kind === CHORD) this.#chorded = true;
  }

  /** Ends the pending note with its written length. */
  close(): void {
    if (this.#pending === 0) return;
    const length = this.#said || UNITS_AN_EIGHTH;
    if (this.#p > 0) {
      this.#each = length;
      if (this.#left === 0) {
        this.#at += (this.#r * length * this.#q) / this.#p;
        this.#p = 0;
      }
    } else {
      this.#at += this.#partner > 0 ? this.#partnerSounds : length;
      this.#partner = 0;
    }
    this.#pending = 0;
    this.#said = 0;
  }
}

/** Whether a tuplet of `r` notes, p in the time of q, fits into `room` units and ends on a whole unit for some note length. */
export function tupletMay(p: number, q: number, r: number, room: number): boolean {
  return TUPLET_LENGTHS.some((length) => wholeWithin(r * length * q, p, room));
}

/** Whether `units` divided by `by` is whole and no more than `room`. */
function wholeWithin(units: number, by: number, room: number): boolean {
  return units % by === 0 && units <= room * by;
}

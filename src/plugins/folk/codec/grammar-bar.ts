import { UNITS_AN_EIGHTH } from './grammar-tokens.js';

/** Lengths of the notes in a tuplet, in units; all of its notes have the same, as programs that read ABC want it. */
const TUPLET_LENGTHS = [1, 2, 3, 4, 6, 8, 12, 16];
export const NOTE = 1;
export const REST = 2;
export const CHORD = 3;

/**
 * Where the music stands in its bar, in units. A note lasts an eighth until the token after it says otherwise, so the last
 * one is *pending*: it has begun, and its length is not yet decided.
 */
export class BarTime {
  /** Length of the bar. */
  capacity = 0;
  /** Length of notes that programs swing in pairs, as in hornpipes: broken rhythm keeps to the pairs. 0 where there are none. */
  swung = 0;
  /** Where the pending note, or the tuplet that it stands in, begins. */
  #at = 0;
  /** 0 where nothing is pending. */
  #pending = 0;
  /** The pending note's written length; 0 while it is not said. */
  #said = 0;
  /** A tie leads to it: such a note is long already, and makes no pair of broken rhythm. */
  #tied = false;
  /** After broken rhythm: the length that the next note must be written with, and how long it sounds. */
  #partner = 0;
  #partnerSounds = 0;
  #wantsPartner = false;
  /** The open tuplet: r notes, p in the time of q; this many still to begin; their length, 0 before the first is decided. */
  #p = 0;
  #q = 0;
  #r = 0;
  #left = 0;
  #each = 0;
  /** The bar has a chord so far. */
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

  /** Where the bar stands if the pending note ends as it is written; -1 where it cannot, or a tuplet or broken rhythm is open. */
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

  /** Whether a rest, a chord or a tuplet may begin, for which the bar has at least `length` left. */
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
      return TUPLET_LENGTHS.includes(length) && tupletFits(this.#p, this.#q, this.#r, length, room);
    }
    return this.#partner > 0 ? length === this.#partner : length <= room;
  }

  /** Whether the pending note, written with this length, and one like it make a pair of broken rhythm. */
  breaks(length: number, by: number): boolean {
    if (this.#pending !== NOTE || this.#p > 0 || this.#partner > 0 || this.#tied) return false;
    if (this.#at + 2 * length > this.capacity) return false;
    // Where it swings pairs, abc2midi miscounts them after a chord, and refuses what stands across them.
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

  /** The pending note ends as it is written. */
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

/** Whether a tuplet of `r` notes, p in the time of q, ends within `room` on a whole unit, in notes of some length. */
export function tupletMay(p: number, q: number, r: number, room: number): boolean {
  return TUPLET_LENGTHS.some((length) => tupletFits(p, q, r, length, room));
}

function tupletFits(p: number, q: number, r: number, length: number, room: number): boolean {
  const sum = r * length * q;
  return sum % p === 0 && sum <= room * p;
}

import { UNITS_AN_EIGHTH } from './grammar-tokens.js';

/** Lengths of the notes in a tuplet, in units. */
const TUPLET_LENGTHS = [1, 2, 3, 4, 6, 8, 12, 16];
const MOST_NOTES = 9;
const MOST_UNITS = 512;

/** Whether so many notes of a tuplet can last so many units together. (note, unit) */
const SUMS: readonly Uint8Array[] = Array.from({ length: MOST_NOTES + 1 }, () => new Uint8Array(MOST_UNITS));
SUMS[0]![0] = 1;
for (let notes = 1; notes <= MOST_NOTES; notes++) {
  for (let sum = 0; sum < MOST_UNITS; sum++) {
    if (TUPLET_LENGTHS.some((length) => length <= sum && SUMS[notes - 1]![sum - length]))
      SUMS[notes]![sum] = 1;
  }
}

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
  /** Where the pending note, or the tuplet that it stands in, begins. */
  #at = 0;
  /** 0 where nothing is pending. */
  #pending = 0;
  /** The pending note's written length; 0 while it is not said. */
  #said = 0;
  /** After broken rhythm: the length that the next note must be written with, and how long it sounds. */
  #partner = 0;
  #partnerSounds = 0;
  #wantsPartner = false;
  /** The open tuplet: p notes in the time of q, this many still to begin, those that ended last this long as written. */
  #p = 0;
  #q = 0;
  #left = 0;
  #sum = 0;

  copyFrom(other: BarTime): void {
    this.capacity = other.capacity;
    this.#at = other.#at;
    this.#pending = other.#pending;
    this.#said = other.#said;
    this.#partner = other.#partner;
    this.#partnerSounds = other.#partnerSounds;
    this.#wantsPartner = other.#wantsPartner;
    this.#p = other.#p;
    this.#q = other.#q;
    this.#left = other.#left;
    this.#sum = other.#sum;
  }

  newBar(capacity: number): void {
    this.capacity = capacity;
    this.#at = 0;
    this.#pending = 0;
    this.#said = 0;
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
    if (this.#p > 0) return this.#left > 0 ? -1 : this.#at + ((this.#sum + length) * this.#q) / this.#p;
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
      return (
        TUPLET_LENGTHS.includes(length) &&
        tupletEnds(this.#p, this.#q, this.#left, this.#sum + length, room) >= 0
      );
    }
    return this.#partner > 0 ? length === this.#partner : length <= room;
  }

  /** Whether the pending note, written with this length, and one like it make a pair of broken rhythm. */
  breaks(length: number, by: number): boolean {
    if (this.#pending !== NOTE || this.#p > 0 || this.#partner > 0 || this.#at + 2 * length > this.capacity)
      return false;
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
    this.#left = r;
    this.#sum = 0;
  }

  begin(kind: number): void {
    this.close();
    this.#wantsPartner = false;
    if (this.#p > 0) this.#left--;
    this.#pending = kind;
  }

  /** The pending note ends as it is written. */
  close(): void {
    if (this.#pending === 0) return;
    const length = this.#said || UNITS_AN_EIGHTH;
    if (this.#p > 0) {
      this.#sum += length;
      if (this.#left === 0) {
        this.#at += (this.#sum * this.#q) / this.#p;
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

/**
 * The shortest time that a tuplet can take whose notes so far last `sum` as written and `left` are to come: whole units, at
 * most `room`. -1 where there is none.
 */
export function tupletEnds(p: number, q: number, left: number, sum: number, room: number): number {
  const sums = SUMS[left]!;
  const most = Math.min(MOST_UNITS - 1, Math.floor((room * p) / q) - sum);
  for (let rest = 0; rest <= most; rest++) {
    if (sums[rest] && ((sum + rest) * q) % p === 0) return ((sum + rest) * q) / p;
  }
  return -1;
}

import type { Voice } from '../codec/codec.js';
import type { Note } from '../music/note.js';
import type { Seconds } from '../music/units.js';

/** A note with its end. Ids are unique among the notes that sound at one time. */
export interface PackedNote extends Note {
  readonly id: number;
  readonly voice: Voice;
  /** The member of a band that plays it; absent for the first. */
  readonly member?: string;
}

const FIRST_ROOM = 256;
const VOICES: readonly Voice[] = ['player', 'model'];

/**
 * A list of notes sorted by start, in typed arrays: 23 bytes a note instead of about 100 for an object, so that a day of
 * playing takes a few megabytes and no work of the garbage collector.
 */
export class PackedNotes {
  #start = new Float64Array(FIRST_ROOM);
  #end = new Float64Array(FIRST_ROOM);
  #id = new Uint32Array(FIRST_ROOM);
  /** Pitch, velocity and who plays, three bytes a note. */
  #rest = new Uint8Array(3 * FIRST_ROOM);
  /** Further members of a band, whose numbers follow those of the voices. */
  readonly #members: string[] = [];
  #length = 0;

  /** @param limit where the list has this many notes, the first eighth of them is dropped */
  constructor(private readonly limit = Number.POSITIVE_INFINITY) {}

  get length(): number {
    return this.#length;
  }

  at(index: number): PackedNote {
    const at = 3 * index;
    const who = this.#rest[at + 2]!;
    const member = this.#members[who - VOICES.length];
    return {
      id: this.#id[index]!,
      voice: VOICES[who] ?? 'model',
      ...(member !== undefined && { member }),
      pitch: this.#rest[at]!,
      velocity: this.#rest[at + 1]!,
      start: this.#start[index]!,
      end: this.#end[index]!,
    };
  }

  startAt(index: number): Seconds {
    return this.#start[index]!;
  }

  /** How many notes start before `time`, which is the index of the first that does not. */
  before(time: Seconds): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#start[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Inserts a note in order; fast where it starts after most of the others. */
  add({ id, voice, member, pitch, velocity, start, end }: PackedNote): void {
    if (this.#length >= this.limit) this.#shift(this.limit >> 3);
    if (this.#length === this.#start.length) this.#grow();
    let index = this.#length++;
    while (index > 0 && this.#start[index - 1]! > start) index--;
    for (const column of [this.#start, this.#end, this.#id])
      column.copyWithin(index + 1, index, this.#length - 1);
    this.#rest.copyWithin(3 * (index + 1), 3 * index, 3 * (this.#length - 1));
    this.#start[index] = start;
    this.#end[index] = end;
    this.#id[index] = id;
    this.#rest.set([pitch, velocity, this.#numberOf(voice, member)], 3 * index);
  }

  /**
   * Removes what lies after `time`: later notes are dropped, sounding ones end there. `concerns`: only such notes.
   */
  cut(time: Seconds, concerns?: (note: PackedNote) => boolean): void {
    const before = this.before(time);
    const later: PackedNote[] = [];
    if (concerns)
      for (let index = before; index < this.#length; index++)
        if (!concerns(this.at(index))) later.push(this.at(index));
    this.#length = before;
    for (let index = 0; index < this.#length; index++)
      if (this.#end[index]! > time && (concerns?.(this.at(index)) ?? true)) this.#end[index] = time;
    for (const note of later) this.add(note);
  }

  #numberOf(voice: Voice, member: string | undefined): number {
    if (member === undefined) return VOICES.indexOf(voice);
    let index = this.#members.indexOf(member);
    if (index < 0) index = this.#members.push(member) - 1;
    return VOICES.length + index;
  }

  #shift(count: number): void {
    for (const column of [this.#start, this.#end, this.#id]) column.copyWithin(0, count, this.#length);
    this.#rest.copyWithin(0, 3 * count, 3 * this.#length);
    this.#length -= count;
  }

  #grow(): void {
    const room = 2 * this.#start.length;
    const [start, end, id, rest] = [this.#start, this.#end, this.#id, this.#rest];
    this.#start = new Float64Array(room);
    this.#end = new Float64Array(room);
    this.#id = new Uint32Array(room);
    this.#rest = new Uint8Array(3 * room);
    this.#start.set(start);
    this.#end.set(end);
    this.#id.set(id);
    this.#rest.set(rest);
  }
}

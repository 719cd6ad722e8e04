import type { Voice } from '../codec/codec.js';
import type { Note } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { Instrument } from './events.js';

/** A note with its end. Ids are unique among the notes that sound at one time. */
export interface PackedNote extends Note {
  readonly id: number;
  readonly voice: Voice;
  /** The member of a band that plays it; absent for the first. */
  readonly member?: string;
  /** The instrument of its plugin; absent for the first. */
  readonly part?: string;
  /** How it sounded, where that is kept. */
  readonly instrument?: Instrument;
}

const FIRST_ROOM = 256;
/** Who plays a note. */
type Who = Pick<PackedNote, 'voice' | 'member' | 'part' | 'instrument'>;
const VOICES: readonly Who[] = [{ voice: 'player' }, { voice: 'model' }];
/** More instruments than that are not told apart. */
const MOST_WHO = 256;

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
  /** Who plays, by number. */
  readonly #who: Who[] = [...VOICES];
  #length = 0;

  /** @param limit where the list has this many notes, the first eighth of them is dropped */
  constructor(private readonly limit = Number.POSITIVE_INFINITY) {}

  get length(): number {
    return this.#length;
  }

  at(index: number): PackedNote {
    const at = 3 * index;
    return {
      id: this.#id[index]!,
      ...this.#who[this.#rest[at + 2]!]!,
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
  add({ id, pitch, velocity, start, end, ...who }: PackedNote): void {
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
    this.#rest.set([pitch, velocity, this.#numberOf(who)], 3 * index);
  }

  /**
   * Removes what lies after `time`: later notes are dropped, sounding ones end there. `concerns`: only such notes. Returns the notes that were
   * dropped or cut short, as they were.
   */
  cut(time: Seconds, concerns: (note: PackedNote) => boolean = () => true): PackedNote[] {
    const before = this.before(time);
    const [cut, later]: [PackedNote[], PackedNote[]] = [[], []];
    for (let index = before; index < this.#length; index++) {
      const note = this.at(index);
      (concerns(note) ? cut : later).push(note);
    }
    this.#length = before;
    for (let index = 0; index < this.#length; index++) {
      if (this.#end[index]! <= time) continue;
      const note = this.at(index);
      if (!concerns(note)) continue;
      cut.push(note);
      this.#end[index] = time;
    }
    for (const note of later) this.add(note);
    return cut;
  }

  /** Removes a note; nothing where it is not there. */
  remove({ id, start, pitch }: Pick<PackedNote, 'id' | 'start' | 'pitch'>): void {
    for (let index = this.before(start); index < this.#length && this.#start[index] === start; index++) {
      if (this.#id[index] !== id >>> 0 || this.#rest[3 * index] !== pitch) continue;
      for (const column of [this.#start, this.#end, this.#id])
        column.copyWithin(index, index + 1, this.#length);
      this.#rest.copyWithin(3 * index, 3 * (index + 1), 3 * this.#length);
      this.#length--;
      return;
    }
  }

  #numberOf({ voice, member, part, instrument }: Who): number {
    const known = this.#who.findIndex(
      (who) =>
        who.voice === voice &&
        who.member === member &&
        who.part === part &&
        isSame(who.instrument, instrument),
    );
    if (known >= 0) return known;
    if (this.#who.length >= MOST_WHO) return VOICES.findIndex((who) => who.voice === voice);
    const who = {
      voice,
      ...(member !== undefined && { member }),
      ...(part !== undefined && { part }),
      ...(instrument !== undefined && { instrument }),
    };
    return this.#who.push(who) - 1;
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

function isSame(one: Instrument | undefined, other: Instrument | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.channel === other.channel && one.program === other.program;
}

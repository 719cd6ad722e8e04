import type { Pitch, Seconds, Velocity } from '../../../src/music/units.js';
import type { SessionEvent } from '../../../src/session/events.js';

export type Voice = Extract<SessionEvent, { type: 'noteOn' }>['voice'];

/** A note on the roll. `end` is unknown while the key is down (or the model has not decided it). */
export interface RollNote {
  readonly id: number;
  readonly voice: Voice;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
  readonly start: Seconds;
  end: Seconds | undefined;
}

export interface PedalMark {
  readonly voice: Voice;
  readonly time: Seconds;
  readonly down: boolean;
}

/** A page of the music that began before `before`, from `from` on (undefined: from the beginning on). */
export interface Earlier {
  readonly before: Seconds;
  readonly from?: Seconds;
  readonly events: readonly SessionEvent[];
}

/** Enough for half an hour of dense music; the host has the notes before, and gives them when they are looked at. */
const LIMIT = 20_000;

/**
 * The music as the panel knows it: a fold of the session's events, in the order in which they come, after the pages of what came
 * before.
 */
export class NoteStore {
  #notes: RollNote[] = [];
  #pedal: PedalMark[] = [];
  #version = 0;
  #since: Seconds | undefined;

  constructor(private readonly limit = LIMIT) {}

  /** There is music that began before this and is not here; undefined: it is all here. */
  get since(): Seconds | undefined {
    return this.#since;
  }

  get notes(): readonly RollNote[] {
    return this.#notes;
  }

  get pedal(): readonly PedalMark[] {
    return this.#pedal;
  }

  /** Another number after every change. */
  get version(): number {
    return this.#version;
  }

  /** When the last note known here ends or ended: `now` at least while a key is down, 0 where there is no note. */
  lastEnd(now: Seconds): Seconds {
    return this.#notes.reduce((latest, note) => Math.max(latest, note.end ?? Math.max(now, note.start)), 0);
  }

  clear(): void {
    this.#version++;
    this.#notes = [];
    this.#pedal = [];
    this.#since = undefined;
  }

  /** Begins anew with the last page of the music, which begins at `from` (undefined: it is all). */
  begin(events: readonly SessionEvent[], from: Seconds | undefined): void {
    this.clear();
    for (const event of events) this.fold(event);
    this.#since = from;
  }

  /** Takes in the page before {@link since}; one that was asked for before something else changed is left out. */
  prepend({ before, from, events }: Earlier): void {
    if (before !== this.#since) return;
    const page = new NoteStore(Number.POSITIVE_INFINITY);
    page.begin(events, from);
    this.#version++;
    this.#notes = [...page.#notes, ...this.#notes];
    this.#pedal = [...page.#pedal, ...this.#pedal];
    this.#since = from;
  }

  /** What is too much is forgotten from the beginning on. */
  #trim(): void {
    const starts = this.#notes.map(({ start }) => start).sort((a, b) => a - b);
    const since = starts.at(-this.limit)!;
    this.#notes = this.#notes.filter(({ start }) => start >= since);
    this.#pedal = this.#pedal.filter(({ time }) => time >= since);
    this.#since = since;
  }

  remove(id: number): void {
    this.#version++;
    this.#notes = this.#notes.filter((note) => note.id !== id);
  }

  fold(event: SessionEvent): void {
    this.#version++;
    switch (event.type) {
      case 'noteOn': {
        const { id, voice, pitch, velocity, time: start } = event;
        this.#notes.push({ id, voice, pitch, velocity, start, end: undefined });
        if (this.#notes.length > 2 * this.limit) this.#trim();
        break;
      }
      case 'noteOff': {
        const note = this.#notes.findLast(({ id }) => id === event.id);
        if (note !== undefined) note.end = Math.max(note.start, event.time);
        break;
      }
      case 'pedal':
        this.#pedal.push({ voice: event.voice, time: event.time, down: event.down });
        if (this.#pedal.length > 2 * this.limit) this.#pedal = this.#pedal.slice(-this.limit);
        break;
      case 'discard':
        this.#discard(event.time);
        break;
      case 'takenBack':
      case 'allOff':
        this.#cut(event.time);
        break;
    }
  }

  /** Which voices sound at `now`, by pitch. */
  sounding(now: Seconds): Map<Pitch, Set<Voice>> {
    const voices = new Map<Pitch, Set<Voice>>();
    for (const note of this.#notes) {
      if (note.start > now || (note.end !== undefined && note.end <= now)) continue;
      voices.set(note.pitch, (voices.get(note.pitch) ?? new Set()).add(note.voice));
    }
    return voices;
  }

  /** What the model decided for later than `time` will not be; the end of what sounds then is decided anew. */
  #discard(time: Seconds): void {
    this.#notes = this.#notes.filter((note) => note.voice !== 'model' || note.start <= time);
    for (const note of this.#notes)
      if (note.voice === 'model' && note.end !== undefined && note.end > time) note.end = undefined;
  }

  /** Nothing goes on after `time`: later notes are gone, sounding ones end there. */
  #cut(time: Seconds): void {
    this.#notes = this.#notes.filter((note) => note.start < time);
    for (const note of this.#notes) if (note.end === undefined || note.end > time) note.end = time;
    this.#pedal = this.#pedal.filter((mark) => mark.time < time);
    for (const voice of ['player', 'model'] as const)
      if (this.#pedal.findLast((mark) => mark.voice === voice)?.down)
        this.#pedal.push({ voice, time, down: false });
  }
}

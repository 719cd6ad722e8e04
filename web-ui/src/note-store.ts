import type { Pitch, Seconds, Velocity } from '../../src/music/units.js';
import type { SessionEvent } from '../../src/session/events.js';

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

/** Enough for an hour of slow music; older notes scroll out of memory. */
const LIMIT = 4000;

/** The music as the panel knows it: a fold of the session's events, in the order in which they come. */
export class NoteStore {
  #notes: RollNote[] = [];
  #pedal: PedalMark[] = [];
  #version = 0;

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

  /** The end of the last note that has one; 0 where there is none. */
  get lastEnd(): Seconds {
    return this.#notes.reduce((latest, note) => Math.max(latest, note.end ?? note.start), 0);
  }

  clear(): void {
    this.#version++;
    this.#notes = [];
    this.#pedal = [];
  }

  fold(event: SessionEvent): void {
    this.#version++;
    switch (event.type) {
      case 'noteOn': {
        const { id, voice, pitch, velocity, time: start } = event;
        this.#notes.push({ id, voice, pitch, velocity, start, end: undefined });
        if (this.#notes.length > 2 * LIMIT) this.#notes = this.#notes.slice(-LIMIT);
        break;
      }
      case 'noteOff': {
        const note = this.#notes.findLast(({ id }) => id === event.id);
        if (note !== undefined) note.end = Math.max(note.start, event.time);
        break;
      }
      case 'pedal':
        this.#pedal.push({ voice: event.voice, time: event.time, down: event.down });
        if (this.#pedal.length > 2 * LIMIT) this.#pedal = this.#pedal.slice(-LIMIT);
        break;
      case 'discard':
        this.#cut(event.time, (voice) => voice === 'model');
        break;
      case 'takenBack':
      case 'allOff':
        this.#cut(event.time, () => true);
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

  /** Nothing of these voices goes on after `time`: later notes were never played, sounding ones end there. */
  #cut(time: Seconds, of: (voice: Voice) => boolean): void {
    this.#notes = this.#notes.filter((note) => !of(note.voice) || note.start < time);
    for (const note of this.#notes)
      if (of(note.voice) && (note.end === undefined || note.end > time)) note.end = time;
    const down = new Set<Voice>();
    this.#pedal = this.#pedal.filter((mark) => !of(mark.voice) || mark.time < time);
    for (const mark of this.#pedal) {
      if (mark.down) down.add(mark.voice);
      else down.delete(mark.voice);
    }
    for (const voice of down) if (of(voice)) this.#pedal.push({ voice, time, down: false });
  }
}

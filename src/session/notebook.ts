import type { Voice } from '../codec/codec.js';
import type { Note, PedalChange } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { SessionEvent } from './events.js';

interface HeardNote extends Omit<Note, 'end'> {
  readonly voice: Voice;
  end: Seconds | null;
}

/** Nothing is decided further ahead, or withdrawn further back, than this. */
const SETTLED: Seconds = 5;

/** What was really played, gathered from a session's events: notes that were decided and then discarded never sounded. */
export class Notebook {
  /** Notes that are over for good. */
  readonly #settled: HeardNote[] = [];
  /** Notes that sound, are planned, or ended a moment ago, by id. */
  readonly #recent = new Map<number, HeardNote>();
  readonly #pedal: PedalChange[] = [];

  add(event: SessionEvent): void {
    switch (event.type) {
      case 'noteOn': {
        const { id, voice, pitch, velocity, time } = event;
        this.#recent.set(id, { voice, pitch, velocity, start: time, end: null });
        return;
      }
      case 'noteOff': {
        const note = this.#recent.get(event.id);
        if (note) note.end = event.time;
        this.#settle(event.time);
        return;
      }
      case 'pedal':
        if (event.voice === 'player') this.#pedal.push({ time: event.time, down: event.down });
        return;
      case 'discard':
        this.#discard(event.time);
    }
  }

  #settle(now: Seconds): void {
    for (const [id, note] of this.#recent) {
      if (note.end === null || note.end + SETTLED > now) continue;
      this.#recent.delete(id);
      this.#settled.push(note);
    }
  }

  #discard(time: Seconds): void {
    for (const [id, note] of this.#recent) {
      if (note.voice !== 'model') continue;
      if (note.start > time) this.#recent.delete(id);
      else if (note.end !== null && note.end > time) note.end = null;
    }
  }

  /** The player's pedal. */
  get pedal(): readonly PedalChange[] {
    return this.#pedal;
  }

  /** A voice's notes so far, by start; those that still sound end at `now`. */
  notes(voice: Voice, now: Seconds): Note[] {
    return [...this.#settled, ...this.#recent.values()]
      .filter((note) => note.voice === voice && note.start < now)
      .map(({ pitch, velocity, start, end }) => ({ pitch, velocity, start, end: Math.min(end ?? now, now) }))
      .filter(({ start, end }) => end > start)
      .sort((a, b) => a.start - b.start || a.pitch - b.pitch);
  }
}

import type { Voice } from '../codec/codec.js';
import { exhausted } from '../exhausted.js';
import type { Note, PedalChange } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import { isCutBy, ofModel } from './concerns.js';
import type { SessionEvent } from './events.js';
import { type PackedNote, PackedNotes } from './packed-notes.js';

/** A note that sounded; `part`: the instrument of its plugin, absent for the first. */
export interface PlayedNote extends Note {
  readonly part?: string;
}

interface GatheredNote extends Omit<PackedNote, 'end'> {
  end: Seconds | null;
}

/** Nothing is planned further ahead, or discarded further back, than this. */
const SETTLED: Seconds = 5;
/** How often notes that are settled are packed. */
const LOOK_EVERY: Seconds = 1;

/** The notes that really sounded, gathered from a session's events: notes that were planned and then discarded are left out. */
export class PlayedNotes {
  /** Notes that cannot change any more. */
  readonly #settled = new PackedNotes();
  #nextLook: Seconds = Number.NEGATIVE_INFINITY;
  /** Notes that sound, are planned, or have just ended, by id. */
  readonly #recent = new Map<number, GatheredNote>();
  readonly #pedal: PedalChange[] = [];

  add(event: SessionEvent): void {
    switch (event.type) {
      case 'noteOn': {
        const { id, voice, pitch, velocity, time, member, part } = event;
        const who = { ...(member !== undefined && { member }), ...(part !== undefined && { part }) };
        this.#recent.set(id, { id, voice, pitch, velocity, start: time, end: null, ...who });
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
        this.#discard(event.time, (note) => ofModel(note, event));
        return;
      case 'allOff': {
        const cut = (note: GatheredNote) => note.voice === 'model' && isCutBy(note, event);
        this.#discard(event.time, cut);
        for (const note of this.#recent.values()) if (cut(note)) note.end ??= event.time;
        return;
      }
      // What was taken back was played all the same.
      case 'takenBack':
      case 'restored':
        return;
      // These say nothing of notes.
      case 'phase':
      case 'kept':
      case 'notation':
      case 'click':
      case 'mode':
      case 'mute':
      case 'param':
      case 'health':
      case 'recording':
      case 'trouble':
        return;
      default:
        exhausted(event);
    }
  }

  #settle(now: Seconds): void {
    if (now < this.#nextLook) return;
    this.#nextLook = now + LOOK_EVERY;
    for (const note of this.#recent.values()) {
      const { id, end } = note;
      if (end === null || end + SETTLED > now) continue;
      this.#recent.delete(id);
      this.#settled.add({ ...note, end });
    }
  }

  #discard(time: Seconds, concerns: (note: GatheredNote) => boolean): void {
    for (const [id, note] of this.#recent) {
      if (!concerns(note)) continue;
      if (note.start > time) this.#recent.delete(id);
      else if (note.end !== null && note.end > time) note.end = null;
    }
  }

  /** Changes of the player's pedal. */
  get pedal(): readonly PedalChange[] {
    return this.#pedal;
  }

  /** The notes of a voice so far, sorted by start; those that still sound end at `now`. `member`: of that member of a band. */
  notes(voice: Voice, now: Seconds, member?: string): PlayedNote[] {
    const notes: PlayedNote[] = [];
    const add = (note: GatheredNote) => {
      const { pitch, velocity, start, part } = note;
      const end = Math.min(note.end ?? now, now);
      if (note.voice === voice && note.member === member && end > start)
        notes.push({ pitch, velocity, start, end, ...(part !== undefined && { part }) });
    };
    for (let index = 0; index < this.#settled.length; index++) add(this.#settled.at(index));
    for (const note of this.#recent.values()) add(note);
    return notes.sort((a, b) => a.start - b.start || a.pitch - b.pitch);
  }
}

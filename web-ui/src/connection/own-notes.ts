import type { Pitch, Seconds, Velocity } from '../../../src/music/units.js';
import type { PlayerEvent } from '../../../src/protocol/session-protocol.js';
import type { SessionEvent } from '../../../src/session/events.js';
import type { NoteStore } from '../roll/note-store.js';

interface Own {
  /** Its id in the store: the host's count up from 0, these down from -1. */
  readonly id: number;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
  /** When it was sent to the host; undefined where it was not. */
  readonly told: Seconds | undefined;
}

/** The host's echo of a note arrives within this time, or not at all. */
const LONGEST_WAY: Seconds = 2;

/**
 * Draws what is played at this panel at once, whether or not the host receives it. The host's echo then replaces it; without one it
 * remains.
 */
export class OwnNotes {
  #last = 0;
  #down: Own[] = [];
  #awaited: Own[] = [];

  constructor(readonly store: NoteStore) {}

  /** `told`: when it was sent to the host, if it was. The pedal is drawn here only if it was not. */
  play(event: PlayerEvent, time: Seconds, told: Seconds | undefined): void {
    if (event.type === 'pedal') {
      if (told === undefined) this.store.fold({ ...event, time, voice: 'player' });
      return;
    }
    const { pitch } = event;
    for (const note of this.#down)
      if (note.pitch === pitch) this.store.fold({ type: 'noteOff', id: note.id, time });
    this.#down = this.#down.filter((note) => note.pitch !== pitch);
    if (event.type === 'noteOff') return;
    const note = { id: --this.#last, pitch, velocity: event.velocity, told };
    this.#down.push(note);
    this.store.fold({ ...event, id: note.id, time, voice: 'player' });
    if (told === undefined) return;
    this.#awaited = this.#awaited.filter((other) => other.told! > told - LONGEST_WAY);
    this.#awaited.push(note);
  }

  /** Takes in a session event: if it is the echo of a note played here, it replaces that note. */
  echoed(event: SessionEvent): void {
    if (event.type !== 'noteOn' || event.voice !== 'player') return;
    const note = this.#awaited.find(
      ({ pitch, velocity }) => pitch === event.pitch && velocity === event.velocity,
    );
    if (note === undefined) return;
    this.#awaited = this.#awaited.filter((other) => other !== note);
    this.#down = this.#down.filter((other) => other !== note);
    this.store.remove(note.id);
  }

  /** Forgets all notes when the store is refilled. */
  forget(): void {
    this.#down = [];
    this.#awaited = [];
  }
}

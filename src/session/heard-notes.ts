import type { Pitch } from '../music/units.js';
import type { NoteEvent } from './model-notes.js';

/** A note that another member of the band begins or ends. */
export interface HeardNote {
  readonly event: NoteEvent;
  /** Who plays it. */
  readonly from: string;
  /** Others play along with it: it does not itself play along with somebody. */
  readonly leads: boolean;
}

/**
 * What other members of a band hold. A token stream has one note a pitch: one that sounds already is not begun by another member, and it
 * ends when the last releases it.
 */
export class HeardNotes {
  readonly #holders = new Map<Pitch, Set<string>>();

  get size(): number {
    return this.#holders.size;
  }

  get pitches(): Iterable<Pitch> {
    return this.#holders.keys();
  }

  holds(pitch: Pitch): boolean {
    return this.#holders.has(pitch);
  }

  /** Who holds which pitch, for another session to go on with. */
  save(): [Pitch, string[]][] {
    return [...this.#holders].map(([pitch, holders]) => [pitch, [...holders]]);
  }

  load(holders: readonly (readonly [Pitch, readonly string[]])[]): void {
    for (const [pitch, by] of holders) this.#holders.set(pitch, new Set(by));
  }

  /** Takes in a note. Returns what the stream is fed of it: null where it is not heard. `sounds`: whether it sounds already, by others. */
  take({ event, from }: HeardNote, sounds: (pitch: Pitch) => boolean): NoteEvent | null {
    const { pitch } = event;
    const holders = this.#holders.get(pitch);
    if (event.type === 'noteOn') {
      if (holders === undefined && sounds(pitch)) return null;
      this.#holders.set(pitch, (holders ?? new Set()).add(from));
      return event;
    }
    if (!holders?.delete(from) || holders.size > 0) return null;
    this.#holders.delete(pitch);
    return sounds(pitch) ? null : event;
  }
}

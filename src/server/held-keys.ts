import type { PlayerEvent } from '../host/session-control.js';
import type { Pitch } from '../music/units.js';

/**
 * The keys that panels hold down. Two panels may hold the same pitch: the note ends when the last lets go.
 * What a vanished panel held is let go in its place, so that nothing goes on sounding.
 */
export class HeldKeys<Owner> {
  readonly #keys = new Map<Pitch | 'pedal', Set<Owner>>();

  /** Takes an owner's event; false where the session need not hear of it (a release of what is not held). */
  take(owner: Owner, event: PlayerEvent): boolean {
    const key = event.type === 'pedal' ? 'pedal' : event.pitch;
    if (event.type === 'noteOn' || (event.type === 'pedal' && event.down)) {
      const owners = this.#keys.get(key) ?? new Set();
      this.#keys.set(key, owners.add(owner));
      return true;
    }
    return this.#letGo(owner, key);
  }

  /** Lets go of everything that an owner holds: returns the events that the session must hear. */
  release(owner: Owner): PlayerEvent[] {
    const events: PlayerEvent[] = [];
    for (const key of [...this.#keys.keys()]) {
      if (!this.#letGo(owner, key)) continue;
      events.push(key === 'pedal' ? { type: 'pedal', down: false } : { type: 'noteOff', pitch: key });
    }
    return events;
  }

  #letGo(owner: Owner, key: Pitch | 'pedal'): boolean {
    const owners = this.#keys.get(key);
    if (!owners?.delete(owner) || owners.size > 0) return false;
    this.#keys.delete(key);
    return true;
  }
}

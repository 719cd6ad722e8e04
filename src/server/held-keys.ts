import type { PlayerEvent } from '../host/session-control.js';
import type { Pitch } from '../music/units.js';

/**
 * The keys that panels hold down. Two panels may hold the same pitch: the note ends when the last lets go.
 * What a vanished panel held is let go in its place, so that nothing goes on sounding.
 */
export class HeldKeys<Owner> {
  readonly #keys = new Map<Pitch | 'pedal', Set<Owner>>();

  /**
   * What an owner's event is: a `release` of what that owner holds, a `repeat` that changes nothing (the pedal where it is already,
   * a key let go that is not held), or a `press`. A key struck again is a press.
   */
  meaning(owner: Owner, event: PlayerEvent): 'press' | 'release' | 'repeat' {
    if (event.type === 'noteOn') return 'press';
    const held = this.#keys.get(event.type === 'pedal' ? 'pedal' : event.pitch)?.has(owner) === true;
    if (event.type === 'pedal' && event.down) return held ? 'repeat' : 'press';
    return held ? 'release' : 'repeat';
  }

  /** Takes an owner's event; false where the session need not hear of it: a repeat, or another owner holds the same. */
  take(owner: Owner, event: PlayerEvent): boolean {
    const key = event.type === 'pedal' ? 'pedal' : event.pitch;
    const meaning = this.meaning(owner, event);
    if (meaning === 'repeat') return false;
    if (meaning === 'release') return this.#letGo(owner, key);
    const owners = this.#keys.get(key) ?? new Set();
    this.#keys.set(key, owners.add(owner));
    return key !== 'pedal' || owners.size === 1;
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

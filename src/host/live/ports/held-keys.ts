import type { Pitch, Seconds, Velocity } from '../../../music/units.js';
import type { Hands, PlayerEvent } from '../session-control.js';

type Key = Pitch | 'pedal';

/**
 * Tracks who holds which key: panels, and each channel of a MIDI keyboard. Several may hold the same pitch or the pedal, which is
 * down until the last one releases it. One that disconnects releases what it holds, and nothing else.
 */
export class HeldKeys {
  readonly #keys = new Map<Key, Set<Hands>>();
  readonly #velocities = new Map<Key, Velocity>();

  /** `play` gets the merged events, without a pedal-down that changes nothing or the end of a note that is not down. */
  constructor(private readonly play: (event: PlayerEvent) => void) {}

  /** Adds a player. */
  hands(): Hands {
    const hands: Hands = {
      meaning: (event) => this.#meaning(hands, event),
      play: (event) => {
        if (this.#take(hands, event)) this.play(event);
      },
      release: (time) => this.#release(hands, time),
    };
    return hands;
  }

  /** Whether anybody holds it, other than those in `but`. */
  holds(key: Key, but: readonly Hands[] = []): boolean {
    return [...(this.#keys.get(key) ?? [])].some((hands) => !but.includes(hands));
  }

  /** The keys that are down, and how hard each was struck last. */
  get down(): { readonly pitch: Pitch; readonly velocity: Velocity }[] {
    return [...this.#keys.keys()].flatMap((key) =>
      key === 'pedal' ? [] : [{ pitch: key, velocity: this.#velocities.get(key)! }],
    );
  }

  #meaning(hands: Hands, event: PlayerEvent): 'press' | 'release' | 'repeat' {
    if (event.type === 'noteOn') return 'press';
    const held = this.#keys.get(keyOf(event))?.has(hands) === true;
    if (event.type === 'pedal' && event.down) return held ? 'repeat' : 'press';
    return held ? 'release' : 'repeat';
  }

  /** Updates the holders. Returns false for a repeat, or where others hold the same key. */
  #take(hands: Hands, event: PlayerEvent): boolean {
    const key = keyOf(event);
    const meaning = this.#meaning(hands, event);
    if (meaning === 'repeat') return false;
    if (meaning === 'release') return this.#letGo(hands, key);
    const holders = this.#keys.get(key) ?? new Set();
    this.#keys.set(key, holders.add(hands));
    if (event.type === 'noteOn') this.#velocities.set(key, event.velocity);
    return key !== 'pedal' || holders.size === 1;
  }

  #release(hands: Hands, time: Seconds | undefined): void {
    const at = time === undefined ? {} : { time };
    for (const key of [...this.#keys.keys()])
      if (key !== 'pedal' && this.#letGo(hands, key)) this.play({ type: 'noteOff', pitch: key, ...at });
    if (this.#letGo(hands, 'pedal')) this.play({ type: 'pedal', down: false, ...at });
  }

  /** Returns whether this was the last holder. */
  #letGo(hands: Hands, key: Key): boolean {
    const holders = this.#keys.get(key);
    if (!holders?.delete(hands) || holders.size > 0) return false;
    this.#keys.delete(key);
    return true;
  }
}

const keyOf = (event: PlayerEvent): Key => (event.type === 'pedal' ? 'pedal' : event.pitch);

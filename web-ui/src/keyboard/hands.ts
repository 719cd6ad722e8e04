import type { Pitch, Seconds, Velocity } from '../../../src/music/units.js';
import type { PlayerEvent } from '../../../src/protocol/session-protocol.js';

/** The source of a press: a computer key, a touch on the screen, a key of a MIDI keyboard. */
export type Source = string;

/**
 * Everything held at this panel. A pitch pressed by two sources sounds once and ends when the last releases it; `letGo` releases
 * all, for a page that loses the keyboard.
 */
export class Hands {
  readonly #pitchOf = new Map<Source, Pitch>();
  readonly #pedalOf = new Set<Source>();

  constructor(
    /** Local time (`performance.now()`, in seconds), for presses without an event. */
    readonly now: () => Seconds,
    /** Called with what is played and its local time: that of the browser's event, however late it is handled. */
    readonly play: (event: PlayerEvent, at: Seconds) => void,
  ) {}

  /** The pitches that are down. */
  get held(): ReadonlySet<Pitch> {
    return new Set(this.#pitchOf.values());
  }

  press(source: Source, pitch: Pitch, velocity: Velocity, at = this.now()): void {
    if (this.#pitchOf.get(source) === pitch) return;
    this.release(source, at);
    const sounds = this.held.has(pitch);
    this.#pitchOf.set(source, pitch);
    if (!sounds) this.play({ type: 'noteOn', pitch, velocity }, at);
  }

  release(source: Source, at = this.now()): void {
    const pitch = this.#pitchOf.get(source);
    if (pitch === undefined) return;
    this.#pitchOf.delete(source);
    if (!this.held.has(pitch)) this.play({ type: 'noteOff', pitch }, at);
  }

  pedal(source: Source, down: boolean, at = this.now()): void {
    const before = this.#pedalOf.size > 0;
    if (down) this.#pedalOf.add(source);
    else this.#pedalOf.delete(source);
    const after = this.#pedalOf.size > 0;
    if (before !== after) this.play({ type: 'pedal', down: after }, at);
  }

  /** Releases what the sources selected by `from` hold; by default everything. */
  letGo(from: (source: Source) => boolean = () => true): void {
    for (const source of [...this.#pitchOf.keys()]) if (from(source)) this.release(source);
    for (const source of [...this.#pedalOf]) if (from(source)) this.pedal(source, false);
  }
}

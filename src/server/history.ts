import type { Seconds } from '../music/units.js';
import type { SessionEvent } from '../session/events.js';

const MUSIC: ReadonlySet<SessionEvent['type']> = new Set([
  'noteOn',
  'noteOff',
  'pedal',
  'discard',
  'takenBack',
  'allOff',
]);

/** The music of the last while, for panels that come late. Bounded in time and in number. */
export class History {
  #events: SessionEvent[] = [];

  constructor(
    readonly span: Seconds = 60,
    readonly limit = 3000,
  ) {}

  add(event: SessionEvent): void {
    if (!MUSIC.has(event.type)) return;
    this.#events.push(event);
    // Trimmed now and then, not at each event.
    if (this.#events.length >= 2 * this.limit) this.#events = this.#events.slice(-this.limit);
  }

  /** The events since `now - span`, in the order in which they came. */
  recent(now: Seconds): SessionEvent[] {
    return this.#events.slice(-this.limit).filter((event) => event.time >= now - this.span);
  }
}

import type { Seconds } from '../../../music/units.js';
import type { SessionEvent } from '../../../session/events.js';
import type { TakeRecord } from '../../../session/take.js';
import type { LiveNotation } from './live-notation.js';

/** Least time between two updates while the music goes on. */
const EVERY: Seconds = 0.5;

/** Decides when to report a session's notation: by whole bars while the music goes on, to the last note when it rests. */
export class NotationTeller {
  /** The notation last reported. */
  #told = '';
  #due: Seconds | null = null;
  #rests = true;

  constructor(private readonly notation: LiveNotation) {}

  get told(): string {
    return this.#told;
  }

  /** The event to emit at `time` after these events and records; null where nothing is due or new. */
  hear(
    time: Seconds,
    events: readonly SessionEvent[],
    records: readonly TakeRecord[],
  ): Extract<SessionEvent, { type: 'notation' }> | null {
    for (const event of events)
      if (event.type === 'phase') this.#rests = event.phase === 'waiting' || event.phase === 'stopped';
    if (this.notation.add(records)) this.#due ??= time + EVERY;
    if (this.#due === null || (time < this.#due && !this.#rests)) return null;
    this.#due = this.#rests ? null : time + EVERY;
    const abc = this.notation.shown(this.#rests);
    if (abc === this.#told) return null;
    this.#told = abc;
    return { type: 'notation', time, abc };
  }
}

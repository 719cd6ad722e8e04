import type { Seconds } from '../../../music/units.js';
import type { SessionEvent } from '../../../session/events.js';
import type { TakeRecord } from '../../../session/take.js';
import type { LiveNotation } from './live-notation.js';

/** The notation of music that goes on is told no more often than this. */
const EVERY: Seconds = 0.5;

/** Tells a session's notation now and then while the music goes on, a bar at a time, and to the last note when it rests. */
export class NotationTeller {
  /** What was told last. */
  #told = '';
  #due: Seconds | null = null;
  #rests = true;

  constructor(private readonly notation: LiveNotation) {}

  get told(): string {
    return this.#told;
  }

  /** What is to be told at `time`, after these events and records; null: nothing, or nothing new. */
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

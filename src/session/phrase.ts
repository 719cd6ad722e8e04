import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';

/** A rest shorter than this never ends a phrase, a longer one than that always does (with patience 1). */
const SHORTEST_WAIT: Seconds = 0.4;
const LONGEST_WAIT: Seconds = 1.6;
/** Before the player's own tempo is known. */
const FIRST_WAIT: Seconds = 1;
/** A rest of this many typical inter-onset times reads as the end of a phrase. */
const ONSETS_OF_SILENCE = 3;
/** A key or pedal that is held means more is to come, or a last chord that rings: wait this much longer. */
const HELD_FACTOR = 2;
/** Onsets closer than this are one chord. */
const CHORD: Seconds = 0.04;
const REMEMBERED_ONSETS = 12;

/** Follows the player: which keys are down, when the phrase began, and when it may be called ended. */
export class PhraseTracker {
  readonly #held = new Set<number>();
  #pedal = false;
  #began: Seconds | null = null;
  #lastEvent: Seconds = 0;
  #lastOnset: Seconds | null = null;
  /** The latest inter-onset times, oldest first: they outlive a phrase, since a player's tempo does. */
  readonly #intervals: Seconds[] = [];

  /** Keys that are down, whoever's turn it is. */
  get held(): ReadonlySet<number> {
    return this.#held;
  }

  get pedal(): boolean {
    return this.#pedal;
  }

  /** When the phrase under way began; null between phrases. */
  get began(): Seconds | null {
    return this.#began;
  }

  /** When the player last did anything. */
  get lastEvent(): Seconds {
    return this.#lastEvent;
  }

  add(event: PerformanceEvent): void {
    this.#lastEvent = event.time;
    if (event.type === 'pedal') this.#pedal = event.down;
    else if (event.type === 'noteOff') this.#held.delete(event.pitch);
    else {
      this.#held.add(event.pitch);
      this.#onset(event.time);
    }
  }

  #onset(time: Seconds): void {
    const interval = this.#lastOnset === null ? null : time - this.#lastOnset;
    if (this.#began !== null && interval !== null && interval > CHORD) {
      this.#intervals.push(interval);
      if (this.#intervals.length > REMEMBERED_ONSETS) this.#intervals.shift();
    }
    this.#began ??= time;
    if (interval === null || interval > CHORD) this.#lastOnset = time;
  }

  /** When the phrase counts as ended if nothing more comes; null where no phrase is under way. */
  endsAt(patience: number): Seconds | null {
    if (this.#began === null) return null;
    const typical = median(this.#intervals);
    const wait =
      typical === null
        ? FIRST_WAIT
        : Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, ONSETS_OF_SILENCE * typical));
    const ringing = this.#held.size > 0 || this.#pedal ? HELD_FACTOR : 1;
    return this.#lastEvent + wait * ringing * patience;
  }

  /** The phrase is over, answered or taken back. */
  end(): void {
    this.#began = null;
    this.#lastOnset = null;
  }
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

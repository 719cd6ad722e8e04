import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { PhraseState } from './turn-state.js';

/** With patience 1, a shorter rest than the first never ends a phrase, a longer one than the second always does. */
const SHORTEST_WAIT: Seconds = 0.4;
const LONGEST_WAIT: Seconds = 1.6;
/** The rest that ends a phrase before the player's tempo is known. */
const FIRST_WAIT: Seconds = 1;
/** A rest of this many median inter-onset intervals ends a phrase. */
const ONSETS_OF_SILENCE = 3;
/** A held key or pedal means that more is to come, or that a last chord rings: the wait is this many times longer. */
const HELD_FACTOR = 2;
/** Onsets closer together than this count as one chord. */
const CHORD: Seconds = 0.04;
const REMEMBERED_ONSETS = 12;

/**
 * Tracks the player: which keys are down, when the phrase began, and when it counts as ended. The wait adapts to the player's
 * tempo: a multiple of the median of the last inter-onset intervals.
 */
export class PhraseTracker {
  readonly #held = new Set<number>();
  #pedal = false;
  #began: Seconds | null = null;
  #lastEvent: Seconds = 0;
  #lastOnset: Seconds | null = null;
  /** The last inter-onset intervals, oldest first. They outlive a phrase, since a player's tempo does. */
  readonly #intervals: Seconds[] = [];

  /** Keys that are down, whosever turn it is. */
  get held(): ReadonlySet<number> {
    return this.#held;
  }

  get pedal(): boolean {
    return this.#pedal;
  }

  /** When the current phrase began; null between phrases. */
  get began(): Seconds | null {
    return this.#began;
  }

  /** Time of the player's last event. */
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

  /**
   * When the current phrase ends if no further event comes; null between phrases.
   * @param patience factor on the wait, 1 by default (the parameter of that name)
   */
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

  /** What is known, for another tracker to go on with. */
  save(): PhraseState {
    return {
      ...{ held: [...this.#held], pedal: this.#pedal, began: this.#began },
      ...{ lastEvent: this.#lastEvent, lastOnset: this.#lastOnset, intervals: [...this.#intervals] },
    };
  }

  load({ held, pedal, began, lastEvent, lastOnset, intervals }: PhraseState): void {
    for (const pitch of held) this.#held.add(pitch);
    this.#pedal = pedal;
    this.#began = began;
    this.#lastEvent = lastEvent;
    this.#lastOnset = lastOnset;
    this.#intervals.push(...intervals);
  }

  /** Ends the current phrase, whether it is answered or taken back. */
  end(): void {
    this.#began = null;
    this.#lastOnset = null;
  }
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

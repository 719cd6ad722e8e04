import type { StreamSnapshot } from '../codec/codec.js';
import type { Seconds } from '../music/units.js';

/** A moment of the timeline that can be restored. */
export interface Mark {
  readonly position: number;
  /** Session time at the head of the stream. */
  readonly head: Seconds;
  readonly state: Float32Array;
  readonly logits: Float32Array;
  readonly stream: StreamSnapshot;
}

/** A mark whose buffers are reused. */
export type Slot = { -readonly [K in keyof Mark]: Mark[K] };

/** How many moments are kept at most: about 20 s of dense playing, far more than is ever planned ahead. */
const MOST = 1024;
/** How many unused buffers are kept: more than a plan of the usual length needs. */
const MOST_SPARE = 64;

/**
 * The moments before sampled tokens that can be rolled back to, one for each position, in order. What lies before the clock is
 * {@link release}d, so that memory follows what is planned ahead, not how long the session has played.
 */
export class Moments {
  readonly #slots: Slot[] = [];
  readonly #spare: Slot[] = [];

  /** The last moment; undefined where there is none. */
  get last(): Slot | undefined {
    return this.#slots.at(-1);
  }

  /** Adds a moment behind the last one. `fill` copies it into unused buffers, where there are any, or into new ones. */
  add(fill: (unused: Slot | undefined) => Slot): void {
    this.#slots.push(fill(this.#spare.pop()));
    if (this.#slots.length > MOST) this.#drop(1);
  }

  /** Removes the moments from `position` on. */
  removeFrom(position: number): void {
    for (let last = this.last; last && last.position >= position; last = this.last)
      this.#keep(this.#slots.pop()!);
  }

  /** The last moment at or before `time`; where all are later, the first. */
  at(time: Seconds): Mark | undefined {
    return this.#slots.findLast(({ head }) => head <= time) ?? this.#slots[0];
  }

  /** Removes what nobody goes back to who goes back no further than to `time`: all before the last moment at or before it. */
  release(time: Seconds): void {
    const kept = this.#slots.findLastIndex(({ head }) => head <= time);
    if (kept > 0) this.#drop(kept);
  }

  clear(): void {
    this.#drop(this.#slots.length);
  }

  /** Removes the first `count`. */
  #drop(count: number): void {
    for (const slot of this.#slots.splice(0, count)) this.#keep(slot);
  }

  #keep(slot: Slot): void {
    if (this.#spare.length < MOST_SPARE) this.#spare.push(slot);
  }
}

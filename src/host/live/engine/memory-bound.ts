import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';

/** Megabytes that a session may allocate beyond what it had after loading: its needs do not grow. */
const MOST_MB = 512;
/** Interval between two measurements. */
const LOOK: Seconds = 0.25;
const MB = 2 ** 20;

/**
 * Bounds the memory of a thread: objects, buffers (shared ones too) and unshared WebAssembly memory. A worker's resource limits
 * apply to objects alone. Shared WebAssembly memory shows only in the figures of the whole process, which include other threads;
 * the step kernel's is 1 GiB at most. An allocation within a turn is noticed after it; a turn of more than two seconds ends as a
 * hang.
 */
export class MemoryBound {
  readonly #before: readonly number[];
  #next: Seconds = 0;

  constructor(
    private readonly clock: () => Seconds,
    /** Bytes of this thread by one or more measures, none of which covers everything. */
    private readonly used: () => readonly number[] = usedHere,
  ) {
    this.#before = used();
  }

  /** Measures from time to time. Throws ENGINE_CRASHED where the thread has allocated too much. */
  look(): void {
    const time = this.clock();
    if (time < this.#next) return;
    this.#next = time + LOOK;
    this.measure();
  }

  /** As {@link look}, now: tens of microseconds. */
  measure(): void {
    const taken = Math.max(...this.used().map((bytes, index) => bytes - this.#before[index]!)) / MB;
    if (taken <= MOST_MB) return;
    throw new ContinuoError(
      'ENGINE_CRASHED',
      `It took ${taken.toFixed(0)} MB of memory beside what it had when it was loaded, and ${MOST_MB} MB is the most.`,
    );
  }
}

/** Two measures: one counts WebAssembly memory, the other shared buffers. Both count other buffers. */
function usedHere(): number[] {
  const { heapTotal, external, arrayBuffers } = process.memoryUsage();
  return [heapTotal + external, heapTotal + arrayBuffers];
}

import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';

/** Megabytes that a worker may allocate beyond what it had when it began, and what each session with its model adds: their needs do not grow. */
const MOST_MB = 512;
const SESSION_MB = 32;
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
    /** How many sessions were loaded since it began to count. */
    private readonly sessions: () => number = () => 0,
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
    const most = MOST_MB + SESSION_MB * this.sessions();
    if (taken <= most) return;
    throw new ContinuoError(
      'ENGINE_CRASHED',
      `It took ${taken.toFixed(0)} MB of memory beside what it had when it began, and ${most} MB is the most.`,
    );
  }
}

/** Two measures: one counts WebAssembly memory, the other shared buffers. Both count other buffers. */
function usedHere(): number[] {
  const { heapTotal, external, arrayBuffers } = process.memoryUsage();
  return [heapTotal + external, heapTotal + arrayBuffers];
}

import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';

/** What a session may take beside what it had when it was loaded: its needs do not grow. */
const MOST_MB = 512;
/** How often it is looked at. */
const LOOK: Seconds = 0.25;
const MB = 2 ** 20;

/**
 * Bounds the memory of a thread: objects, buffers (shared ones too), and WebAssembly memory unless it is shared. The limits that a
 * worker is started with hold for objects alone. Shared WebAssembly memory is counted nowhere but in the process as a whole, which
 * other threads have a part in; the step kernel's is 1 GiB at most. What is taken within one turn shows after it, and one that lasts
 * for two seconds ends as a hang.
 */
export class MemoryBound {
  readonly #before: readonly number[];
  #next: Seconds = 0;

  constructor(
    private readonly clock: () => Seconds,
    /** Bytes that this thread has, counted in one way or more, none of which counts everything. */
    private readonly used: () => readonly number[] = usedHere,
  ) {
    this.#before = used();
  }

  /** Throws ENGINE_CRASHED where the thread has taken too much. */
  look(): void {
    const time = this.clock();
    if (time < this.#next) return;
    this.#next = time + LOOK;
    const taken = Math.max(...this.used().map((bytes, index) => bytes - this.#before[index]!)) / MB;
    if (taken <= MOST_MB) return;
    throw new ContinuoError(
      'ENGINE_CRASHED',
      `It took ${taken.toFixed(0)} MB of memory beside what it had when it was loaded, and ${MOST_MB} MB is the most.`,
    );
  }
}

/** With WebAssembly memory, and with shared buffers: other buffers are part of both. */
function usedHere(): number[] {
  const { heapTotal, external, arrayBuffers } = process.memoryUsage();
  return [heapTotal + external, heapTotal + arrayBuffers];
}

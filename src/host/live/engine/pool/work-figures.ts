import type { Seconds } from '../../../../music/units.js';

const WORKED = 0;
const LATENESS = 1;

/** How busy a worker is: written by the worker, read by the I/O thread. */
export class WorkFigures {
  readonly #values: Float64Array;

  constructor(
    readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT),
  ) {
    this.#values = new Float64Array(buffer);
  }

  /** It has worked for `seconds` more. */
  worked(seconds: Seconds): void {
    this.#values[WORKED]! += seconds;
  }

  /** How late the notes of its sessions are as a rule. */
  lateness(seconds: Seconds): void {
    this.#values[LATENESS] = seconds;
  }

  /** Seconds of work since it began, and how late its notes are. */
  read(): { readonly worked: Seconds; readonly lateness: Seconds } {
    return { worked: this.#values[WORKED]!, lateness: this.#values[LATENESS]! };
  }
}

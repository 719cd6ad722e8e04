import type { Seconds } from '../../music/units.js';

/** Seconds on the machine's monotonic clock: shared by all threads of this process, never set back. */
export function monotonic(): Seconds {
  return Number(process.hrtime.bigint()) / 1e9;
}

/** A clock that reads 0 at `zero` (a reading of {@link monotonic}). */
export function clockFrom(zero: Seconds): () => Seconds {
  return () => monotonic() - zero;
}

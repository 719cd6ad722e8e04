import type { FromSeat } from './pool-protocol.js';

/** What a worker offers to one of its sessions. */
export interface SeatHost {
  /** Says something to the I/O thread, at the end of the turn at the latest. */
  readonly say: (said: FromSeat) => void;
  /** The same at once. Throws what cloning it throws. */
  readonly post: (said: FromSeat) => void;
  /** A sign of life. */
  readonly beat: () => void;
  /** The code of this member's plugin runs from now on. */
  readonly runs: (member: number) => void;
  /** Measures the memory. Throws ENGINE_CRASHED where it is too much. */
  readonly measure: () => void;
  /** It begins (1) or ends (-1) to wait for something outside of the worker, whose event loop has to turn. */
  readonly waits: (change: 1 | -1) => void;
}

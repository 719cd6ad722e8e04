import type { OutputPort } from '../../midi/index.js';
import type { Seconds } from '../../music/units.js';
import { monotonic } from './clock.js';

/**
 * Until when a session may sound, on the monotonic clock: one number that all threads share. Whoever hands out permits (a cluster, in
 * which another host may take the session over) extends it again and again; a process that stood still finds that it has run out before
 * it reads or writes anything else. Reading it takes one load.
 */
export class Permit {
  readonly buffer: SharedArrayBuffer;
  readonly #until: Float64Array;
  #revoked = false;

  /** Without `buffer` a new one, which has no end yet. */
  constructor(buffer = endless()) {
    this.buffer = buffer;
    this.#until = new Float64Array(buffer);
  }

  get until(): Seconds {
    return this.#until[0]!;
  }

  /** Whether it holds now. */
  get holds(): boolean {
    return monotonic() < this.#until[0]!;
  }

  /** It holds until `until`, whatever it was before; not where it was revoked. */
  set(until: Seconds): void {
    if (!this.#revoked) this.#until[0] = until;
  }

  /** It has run out, for good. */
  revoke(): void {
    this.#revoked = true;
    this.#until[0] = Number.NEGATIVE_INFINITY;
  }
}

function endless(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(8);
  new Float64Array(buffer)[0] = Number.POSITIVE_INFINITY;
  return buffer;
}

const NOTE_ON = 0x90;

/** The port, on which no note begins once the permit has run out. What ends notes passes. */
export function withPermit(port: OutputPort, permit: Permit): OutputPort {
  return {
    name: port.name,
    id: port.id,
    send: (message) => {
      const begins = (message[0] & 0xf0) === NOTE_ON && message[2] !== 0;
      if (!begins || permit.holds) port.send(message);
    },
    close: () => port.close(),
  };
}

import type { MidiMessage } from '../../../midi/index.js';
import type { Seconds } from '../../../music/units.js';

/** So many messages are kept: more than a port carries in the time that an echo takes. */
const SIZE = 512;
const HEADER_BYTES = 8;
/** Beside the three bytes: a player's stroke, sent on. */
const SENT_ON = 1 << 24;

/** A message that was sent: `index` counts all that were, in order. */
export interface Sent {
  readonly index: number;
  /** Status, first and second data byte, 8 bits each; the second is 0 where there is none. */
  readonly packed: number;
  readonly time: Seconds;
  /** A stroke of a player's that was sent on. */
  readonly sentOn: boolean;
}

/** The three bytes of a message in one number. */
export const packed = ([status, data1, data2 = 0]: MidiMessage) => (status << 16) | (data1 << 8) | data2;

/** What was sent lately, shared by the thread that sends and the one that hears. Adding takes no lock and no memory. */
export class SentLog {
  readonly #count: Int32Array;
  readonly #messages: Int32Array;
  readonly #times: Float64Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(HEADER_BYTES + 12 * SIZE)) {
    this.#count = new Int32Array(buffer, 0, 1);
    this.#times = new Float64Array(buffer, HEADER_BYTES, SIZE);
    this.#messages = new Int32Array(buffer, HEADER_BYTES + 8 * SIZE, SIZE);
  }

  /** For the thread that sends, before it does. */
  add(message: MidiMessage, time: Seconds, sentOn = false): void {
    const count = this.#count[0]!;
    const slot = (count >>> 0) % SIZE;
    this.#messages[slot] = packed(message) | (sentOn ? SENT_ON : 0);
    this.#times[slot] = time;
    Atomics.store(this.#count, 0, count + 1);
  }

  /** What was sent at `since` or later, the latest first. */
  *since(since: Seconds): Generator<Sent> {
    const count = Atomics.load(this.#count, 0);
    for (let index = count - 1; index >= Math.max(0, count - SIZE); index--) {
      const slot = (index >>> 0) % SIZE;
      const time = this.#times[slot]!;
      if (time < since) return;
      const message = this.#messages[slot]!;
      yield { index, packed: message & (SENT_ON - 1), time, sentOn: (message & SENT_ON) !== 0 };
    }
  }
}

import type { MidiMessage } from '../../../midi/index.js';
import type { Seconds } from '../../../music/units.js';

/** Messages kept: more than a port carries within the time of an echo. */
const SIZE = 512;
const HEADER_BYTES = 8;
/** Flag beside the three bytes: a player's note-on, forwarded. */
const SENT_ON = 1 << 24;

/** A sent message; `index` counts all of them, in order. */
export interface Sent {
  readonly index: number;
  /** Status, first and second data byte, 8 bits each; the second is 0 if absent. */
  readonly packed: number;
  readonly time: Seconds;
  /** A player's note-on, forwarded to the output. */
  readonly sentOn: boolean;
}

/** Packs the three bytes of a message into one number. */
export const packed = ([status, data1, data2 = 0]: MidiMessage) => (status << 16) | (data1 << 8) | data2;

/** Recently sent messages, shared by the sending and the receiving thread. Adding takes no lock and allocates no memory. */
export class SentLog {
  readonly #count: Int32Array;
  readonly #messages: Int32Array;
  readonly #times: Float64Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(HEADER_BYTES + 12 * SIZE)) {
    this.#count = new Int32Array(buffer, 0, 1);
    this.#times = new Float64Array(buffer, HEADER_BYTES, SIZE);
    this.#messages = new Int32Array(buffer, HEADER_BYTES + 8 * SIZE, SIZE);
  }

  /** Records a message; the sending thread calls it before it sends. */
  add(message: MidiMessage, time: Seconds, sentOn = false): void {
    const count = this.#count[0]!;
    const slot = (count >>> 0) % SIZE;
    this.#messages[slot] = packed(message) | (sentOn ? SENT_ON : 0);
    this.#times[slot] = time;
    Atomics.store(this.#count, 0, count + 1);
  }

  /** Messages sent at `since` or later, the latest first. */
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

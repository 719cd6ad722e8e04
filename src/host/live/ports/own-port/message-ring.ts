import { dataBytes, type MidiMessage } from '../../../../midi/index.js';

/** Messages that fit: more than a port carries in a second. A reader that is further behind has stopped reading. */
const SIZE = 4096;
/** Indexes into the header. */
const BELL = 0;
const WRITTEN = 1;
const READ = 2;
const HEADER = 3;

/** A lock-free ring of MIDI messages from one thread to another, which sleeps while it is empty. Sending allocates no memory. */
export class MessageRing {
  readonly #header: Int32Array;
  readonly #messages: Int32Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * (HEADER + SIZE))) {
    this.#header = new Int32Array(buffer, 0, HEADER);
    this.#messages = new Int32Array(buffer, 4 * HEADER, SIZE);
  }

  /** Adds a message. Returns false where the ring is full. */
  send([status, data1, data2 = 0]: MidiMessage): boolean {
    const written = Atomics.load(this.#header, WRITTEN);
    if (((written - Atomics.load(this.#header, READ)) | 0) >= SIZE) return false;
    this.#messages[(written >>> 0) % SIZE] = (status << 16) | (data1 << 8) | data2;
    Atomics.store(this.#header, WRITTEN, (written + 1) | 0);
    this.wake();
    return true;
  }

  /** Takes the next message; undefined where the ring is empty. */
  next(): MidiMessage | undefined {
    const read = Atomics.load(this.#header, READ);
    if (read === Atomics.load(this.#header, WRITTEN)) return undefined;
    const packed = this.#messages[(read >>> 0) % SIZE]!;
    Atomics.store(this.#header, READ, (read + 1) | 0);
    const [status, data1] = [packed >> 16, (packed >> 8) & 0x7f];
    return dataBytes(status) === 1 ? [status, data1] : [status, data1, packed & 0x7f];
  }

  /** Wakes the reading thread, for messages or another reason. */
  wake(): void {
    Atomics.add(this.#header, BELL, 1);
    Atomics.notify(this.#header, BELL);
  }

  /** Wake-up count; read it before looking for messages. */
  get woken(): number {
    return Atomics.load(this.#header, BELL);
  }

  /** Sleeps until the wake-up count differs from `woken`. */
  sleep(woken: number): void {
    Atomics.wait(this.#header, BELL, woken);
  }
}

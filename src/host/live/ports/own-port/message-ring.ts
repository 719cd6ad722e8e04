import { dataBytes, type MidiMessage } from '../../../../midi/index.js';

/** More than a port carries in a second: who has not read them by then reads no more. */
const SIZE = 4096;
/** What the header holds. */
const BELL = 0;
const WRITTEN = 1;
const READ = 2;
const HEADER = 3;

/** Messages from one thread to another, which sleeps until there are some. Sending takes no lock and no memory. */
export class MessageRing {
  readonly #header: Int32Array;
  readonly #messages: Int32Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * (HEADER + SIZE))) {
    this.#header = new Int32Array(buffer, 0, HEADER);
    this.#messages = new Int32Array(buffer, 4 * HEADER, SIZE);
  }

  /** Whether there was room. */
  send([status, data1, data2 = 0]: MidiMessage): boolean {
    const written = Atomics.load(this.#header, WRITTEN);
    if (((written - Atomics.load(this.#header, READ)) | 0) >= SIZE) return false;
    this.#messages[(written >>> 0) % SIZE] = (status << 16) | (data1 << 8) | data2;
    Atomics.store(this.#header, WRITTEN, (written + 1) | 0);
    this.wake();
    return true;
  }

  /** The next message; undefined where there is none. */
  next(): MidiMessage | undefined {
    const read = Atomics.load(this.#header, READ);
    if (read === Atomics.load(this.#header, WRITTEN)) return undefined;
    const packed = this.#messages[(read >>> 0) % SIZE]!;
    Atomics.store(this.#header, READ, (read + 1) | 0);
    const [status, data1] = [packed >> 16, (packed >> 8) & 0x7f];
    return dataBytes(status) === 1 ? [status, data1] : [status, data1, packed & 0x7f];
  }

  /** Wakes the thread that reads, for messages or for something else. */
  wake(): void {
    Atomics.add(this.#header, BELL, 1);
    Atomics.notify(this.#header, BELL);
  }

  /** How often the reader was woken, to be asked before it looks whether there is something. */
  get woken(): number {
    return Atomics.load(this.#header, BELL);
  }

  /** Sleeps until the reader was woken more often than that. */
  sleep(woken: number): void {
    Atomics.wait(this.#header, BELL, woken);
  }
}

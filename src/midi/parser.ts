import { dataBytes } from './message.js';
import type { MidiMessage } from './port.js';

/**
 * Reads channel messages out of a MIDI byte stream, however it is cut into packets: several messages in one packet,
 * running status, real-time bytes in the midst of a message, system-exclusive dumps over many packets (dropped, as all
 * system messages are). Total: bytes that make no sense are skipped. One parser for each input.
 */
export class MessageParser {
  /** The status that data bytes belong to; 0 for none (MIDI 1.0, "Running Status"). */
  #status = 0;
  /** The first data byte of a message whose second has not come; -1 for none. */
  #data1 = -1;

  /** The messages that are complete with these bytes (0-255). */
  push(bytes: Iterable<number>): MidiMessage[] {
    const messages: MidiMessage[] = [];
    for (const byte of bytes) {
      if (byte >= 0xf8) continue; // real-time: may stand anywhere and leaves running status alone
      if (byte >= 0x80) {
        this.#status = byte < 0xf0 ? byte : 0; // system messages end running status
        this.#data1 = -1;
      } else if (this.#status !== 0) this.#data(byte, messages);
    }
    return messages;
  }

  #data(byte: number, messages: MidiMessage[]): void {
    if (dataBytes(this.#status) === 1) messages.push([this.#status, byte]);
    else if (this.#data1 < 0) this.#data1 = byte;
    else {
      messages.push([this.#status, this.#data1, byte]);
      this.#data1 = -1;
    }
  }
}

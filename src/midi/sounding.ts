import type { MidiMessage } from './port.js';

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
/** What a keyboard without release velocity sends. */
const RELEASE = 64;

/** The notes that a synth holds, by what was sent to it. */
export class SoundingNotes {
  /** Channel and pitch in one number. */
  readonly #notes = new Set<number>();

  /** `message` was sent. */
  sent([status, data1, data2 = 0]: MidiMessage): void {
    const kind = status & 0xf0;
    if (kind !== NOTE_ON && kind !== NOTE_OFF) return;
    const note = ((status & 0x0f) << 7) | data1;
    if (kind === NOTE_ON && data2 > 0) this.#notes.add(note);
    else this.#notes.delete(note);
  }

  /** What ends them. They sound until that is sent. */
  ends(): MidiMessage[] {
    return [...this.#notes].map((note) => [NOTE_OFF | (note >> 7), note & 0x7f, RELEASE]);
  }
}

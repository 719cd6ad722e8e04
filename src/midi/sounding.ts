import type { MidiMessage } from './port.js';

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
/** The release velocity of a keyboard that has none. */
const RELEASE = 64;

/** Tracks the notes that a synth holds, from the messages that were sent to it. */
export class SoundingNotes {
  /** Channel and pitch in one number. */
  readonly #notes = new Set<number>();

  /** Records a message that was sent. */
  sent([status, data1, data2 = 0]: MidiMessage): void {
    const kind = status & 0xf0;
    if (kind !== NOTE_ON && kind !== NOTE_OFF) return;
    const note = ((status & 0x0f) << 7) | data1;
    if (kind === NOTE_ON && data2 > 0) this.#notes.add(note);
    else this.#notes.delete(note);
  }

  /** The messages that end all held notes. They count as held until these are recorded too. */
  ends(): MidiMessage[] {
    return [...this.#notes].map((note) => [NOTE_OFF | (note >> 7), note & 0x7f, RELEASE]);
  }
}

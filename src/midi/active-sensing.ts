import type { Seconds } from '../music/units.js';

/** The status byte (MIDI 1.0, "Active Sensing"). */
export const ACTIVE_SENSING = 0xfe;
/** A keyboard that senses says something every 0.3 s. A busy one, or a busy computer, gets the benefit of the doubt. */
const SILENT: Seconds = 1;
/** It senses if it has said so often: a few devices do so once, when they are switched on. */
const SENSES = 3;

/** Tells when a keyboard that sends active sensing falls silent: its cable was pulled out of an interface that stays. */
export class ActiveSensing {
  #sensed = 0;
  #last: Seconds = 0;
  /** It was silent at the last look: a thread that was held up reads what came meanwhile before it looks again. */
  #silent = false;

  /** Something was heard. */
  onByte(sensing: boolean, time: Seconds): void {
    if (sensing) this.#sensed++;
    this.#last = time;
    this.#silent = false;
  }

  /** Whether the keyboard is gone, told once; to be asked every now and then. */
  look(time: Seconds): boolean {
    if (this.#sensed < SENSES || time - this.#last < SILENT) return false;
    const gone = this.#silent;
    this.#silent = !gone;
    if (gone) this.#sensed = 0;
    return gone;
  }
}

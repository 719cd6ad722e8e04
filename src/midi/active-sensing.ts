import type { Seconds } from '../music/units.js';

/** The status byte (MIDI 1.0, "Active Sensing"). */
export const ACTIVE_SENSING = 0xfe;
/** Silence after which the keyboard counts as gone. It sends something every 0.3 s; the rest is tolerance for a busy device or computer. */
const SILENT: Seconds = 1;
/** A keyboard uses active sensing once it has sent this many: a few devices send one when they are switched on. */
const SENSES = 3;

/** Detects that a keyboard with active sensing fell silent, as when its cable was pulled out of an interface that stays. */
export class ActiveSensing {
  #sensed = 0;
  #last: Seconds = 0;
  /** It was silent at the last look: a thread that was held up reads what came meanwhile before it looks again. */
  #silent = false;

  /** Records a message. */
  onByte(sensing: boolean, time: Seconds): void {
    if (sensing) this.#sensed++;
    this.#last = time;
    this.#silent = false;
  }

  /** Whether the keyboard has just gone; true once. Call it regularly. */
  look(time: Seconds): boolean {
    if (this.#sensed < SENSES || time - this.#last < SILENT) return false;
    const gone = this.#silent;
    this.#silent = !gone;
    if (gone) this.#sensed = 0;
    return gone;
  }
}

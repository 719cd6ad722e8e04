import { PERCUSSION_CHANNEL } from '../../../midi/index.js';
import type { Pitch, Seconds, Velocity } from '../../../music/units.js';
import type { SentLog } from './sent-log.js';

const NOTE_ON = 0x9;
/** The longest delay of a loop. */
const LONGEST: Seconds = 2;
/** Echoes are equally late to within this; no player keeps time so exactly, see the figures in the test. */
const SPREAD: Seconds = 0.003;
/** This many consecutive note-ons are echoes of one loop. */
const ENOUGH = 16;
/** With more note-ons in two seconds nothing is compared: that would take too long. */
const DENSE = 96;

/** A hypothesis about recent note-ons: echoes with this delay and interval (semitones). */
interface Loop {
  readonly delay: Seconds;
  readonly interval: number;
  readonly strokes: number;
}

/**
 * Detects a loop that transposes or takes long: every note-on heard was sent with the same velocity, with constant delay and
 * interval. Other notes played meanwhile hide it. It is only reported, since the notes may be a player's after all.
 */
export class FarLoop {
  #loops: readonly Loop[] = [];
  /** Times of recent note-ons. */
  #heard: readonly Seconds[] = [];

  constructor(private readonly log: Pick<SentLog, 'since'>) {}

  /** Whether this note-on completes the evidence for a loop. */
  hears(pitch: Pitch, velocity: Velocity, time: Seconds): boolean {
    const before = this.#heard.filter((each) => time - each < LONGEST);
    this.#heard = [...before.slice(-DENSE), time];
    if (before.length > DENSE) return false;
    const loops: Loop[] = [];
    for (const sent of this.log.since(time - LONGEST)) {
      const { packed } = sent;
      // Forwarded notes are not the model's.
      if (sent.sentOn || packed >> 20 !== NOTE_ON || ((packed >> 16) & 0xf) === PERCUSSION_CHANNEL) continue;
      if ((packed & 0x7f) !== velocity || sent.time > time) continue;
      loops.push(this.#goOn(time - sent.time, pitch - ((packed >> 8) & 0x7f)));
    }
    const found = loops.some(({ strokes }) => strokes >= ENOUGH);
    this.#loops = found ? [] : loops;
    return found;
  }

  /** Continues the hypothesis that this echo fits, else starts a new one. */
  #goOn(delay: Seconds, interval: number): Loop {
    const before = this.#loops
      .filter((loop) => loop.interval === interval && Math.abs(loop.delay - delay) < SPREAD)
      .reduce<Loop | null>((most, loop) => (most && most.strokes >= loop.strokes ? most : loop), null);
    return before ? { ...before, strokes: before.strokes + 1 } : { delay, interval, strokes: 1 };
  }
}

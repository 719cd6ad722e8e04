import { PERCUSSION_CHANNEL } from '../../../midi/index.js';
import type { Pitch, Seconds, Velocity } from '../../../music/units.js';
import type { SentLog } from './sent-log.js';

const NOTE_ON = 0x9;
/** A loop is no longer than this. */
const LONGEST: Seconds = 2;
/** All echoes take as long but for so much: no player keeps time so exactly, see the figures in the test. */
const SPREAD: Seconds = 0.003;
/** So many strokes in a row are echoes of one loop. */
const ENOUGH = 16;
/** More strokes in two seconds are not compared: that would take long. */
const DENSE = 96;

/** What all strokes so far may have been: echoes that come so much later and higher. */
interface Loop {
  readonly delay: Seconds;
  readonly interval: number;
  readonly strokes: number;
}

/**
 * Notices a loop that transposes, or takes long: every stroke that is heard was sent as loud, always as long before and as much
 * lower or higher. What somebody plays beside it hides it. It is noticed only: what is heard may be a player's after all.
 */
export class FarLoop {
  #loops: readonly Loop[] = [];
  /** When strokes were heard lately. */
  #heard: readonly Seconds[] = [];

  constructor(private readonly log: SentLog) {}

  /** Whether a loop shows with this stroke. */
  hears(pitch: Pitch, velocity: Velocity, time: Seconds): boolean {
    const before = this.#heard.filter((each) => time - each < LONGEST);
    this.#heard = [...before.slice(-DENSE), time];
    if (before.length > DENSE) return false;
    const loops: Loop[] = [];
    for (const sent of this.log.since(time - LONGEST)) {
      const { packed } = sent;
      // What is sent on is no music of ours.
      if (sent.sentOn || packed >> 20 !== NOTE_ON || ((packed >> 16) & 0xf) === PERCUSSION_CHANNEL) continue;
      if ((packed & 0x7f) !== velocity || sent.time > time) continue;
      loops.push(this.#goOn(time - sent.time, pitch - ((packed >> 8) & 0x7f)));
    }
    const found = loops.some(({ strokes }) => strokes >= ENOUGH);
    this.#loops = found ? [] : loops;
    return found;
  }

  /** The loop that this may be one more echo of, else a new one. */
  #goOn(delay: Seconds, interval: number): Loop {
    const before = this.#loops
      .filter((loop) => loop.interval === interval && Math.abs(loop.delay - delay) < SPREAD)
      .reduce<Loop | null>((most, loop) => (most && most.strokes >= loop.strokes ? most : loop), null);
    return before ? { ...before, strokes: before.strokes + 1 } : { delay, interval, strokes: 1 };
  }
}

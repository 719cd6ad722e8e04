import { PERCUSSION_CHANNEL } from '../midi/index.js';
import type { Pitch, Seconds, Velocity } from '../music/units.js';
import type { SentLog } from './sent-log.js';

const NOTE_ON = 0x9;
/** A loop is no longer than this. */
const LONGEST: Seconds = 2;
/** All echoes take as long but for so much: no player keeps time so exactly, see the figures in the test. */
const SPREAD: Seconds = 0.003;
/** So many strokes in a row are echoes of one loop. */
const ENOUGH = 16;
/** What is sent on was struck at most so long before. */
const SENT_ON: Seconds = 0.1;
/** Two threads read the clock. */
const EARLY: Seconds = 0.02;
/** More strokes in three seconds are not compared: that would take long. */
const DENSE = 96;

interface Stroke {
  readonly time: Seconds;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
}

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
  /** Strokes that were heard lately: what is sent on of them is no music of ours. */
  #heard: readonly Stroke[] = [];

  constructor(private readonly log: SentLog) {}

  /** Whether a loop shows with this stroke. */
  hears(pitch: Pitch, velocity: Velocity, time: Seconds): boolean {
    this.#heard = this.#heard.filter((stroke) => time - stroke.time < LONGEST + SENT_ON);
    const own = this.#heard;
    this.#heard = [...own.slice(-DENSE), { time, pitch, velocity }];
    if (own.length > DENSE) return false;
    const loops: Loop[] = [];
    for (const sent of this.log.since(time - LONGEST)) {
      const { packed } = sent;
      const stroke = { time: sent.time, pitch: (packed >> 8) & 0x7f, velocity: packed & 0x7f };
      if (packed >> 20 !== NOTE_ON || ((packed >> 16) & 0xf) === PERCUSSION_CHANNEL) continue;
      if (stroke.velocity !== velocity || sent.time > time || own.some((one) => isSentOn(one, stroke)))
        continue;
      loops.push(this.#goOn(time - sent.time, pitch - stroke.pitch));
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

/** Whether `sent` may be a player's stroke that was sent on. */
const isSentOn = (heard: Stroke, sent: Stroke) =>
  heard.pitch === sent.pitch &&
  heard.velocity === sent.velocity &&
  sent.time >= heard.time - EARLY &&
  sent.time - heard.time < SENT_ON;

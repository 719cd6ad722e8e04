import { CONTROLLER, isController, type MidiMessage } from '../../../midi/index.js';
import type { Pitch, Seconds } from '../../../music/units.js';
import { FarLoop } from './far-loop.js';
import { packed, type Sent, type SentLog } from './sent-log.js';

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
/** A stroke within so long of the same one that was sent is its echo: no player doubles a note so soon, and as loud to the step. */
const NEAR: Seconds = 0.1;
/**
 * A player's stroke that was sent on is another matter, since other keyboards and channels strike the same pitch at the same
 * time. It has an echo if the key, of that channel, was down before it was sent: no keyboard strikes it again. If the key has come
 * up, it may be one on the channel that was sent on: twenty a second on one key are no player's.
 */
const NEAR_SENT_ON: Seconds = 0.05;
/** Two keyboards on one channel in unison are no loop, all of whose echoes take as long, but for so much. */
const REGULAR: Seconds = 0.003;
/** The same for controllers, whose values come again within a short while where a knob trembles. */
const NEAR_CONTROL: Seconds = 0.03;
/** Where there is a loop, an echo may be so late: each message that was sent has one echo, so that a player's own pass. */
const FAR: Seconds = 0.5;
/** Two threads read the clock: an echo may seem to come before it was sent. */
const EARLY: Seconds = 0.02;
/** A loop is what echoes so much in a row: a sure echo, or a stroke as loud as it was sent, counts EXACT, another 1. */
const ENOUGH = 12;
const EXACT = 4;
const CONTROLS_ENOUGH = 24;
/** A loop of which nothing was heard for so long is no more. */
const FORGOTTEN: Seconds = 30;
/** So many of what has had its echo are remembered, at most twice as many. */
const REMEMBERED = 512;

/**
 * Notices that what is sent comes back: an output that is wired into the input, straight or by way of other programs. Echoes are
 * dropped one by one, so that the model does not answer itself and a key that is sent on does not go round, while a
 * keyboard on the same input is heard. One that transposes, or takes longer than FAR, is only said ({@link FarLoop}).
 */
export class EchoGuard {
  /** Whether the system says that there is a loop. */
  #known = false;
  /** What has had its echo, by index. */
  readonly #taken = new Set<number>();
  /** Keys (channel and pitch) whose stroke was an echo, and when it was heard: their release is one too. */
  readonly #echoed = new Map<number, Seconds>();
  /** Keys that the player holds, and since when. */
  readonly #down = new Map<number, Seconds>();
  /** How late the last echo of a stroke that was sent on was. */
  #lateness: Seconds = Number.NEGATIVE_INFINITY;
  /** So many more were as late as the one before than were not. */
  #regular = 0;
  /** Echoes in a row, of strokes and of controllers. */
  #strokes = 0;
  #controls = 0;
  /** Whether all strokes in a row were as loud as they were sent. */
  #exact = true;
  #strokesUntil: Seconds = Number.NEGATIVE_INFINITY;
  #controlsUntil: Seconds = Number.NEGATIVE_INFINITY;
  readonly #far: FarLoop;
  #toldUntil: Seconds = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly log: SentLog,
    /** There is a loop; whether its echoes are heard nevertheless. */
    private readonly onLoop: (heard: boolean) => void,
  ) {
    this.#far = new FarLoop(log);
  }

  /** Whether the system says that there is a loop, at `time`. */
  know(loops: boolean, time: Seconds): void {
    if (loops && !this.#known) this.#tell(time);
    this.#known = loops;
  }

  /** Whether `message`, heard at `time`, is an echo. */
  hears(message: MidiMessage, time: Seconds): boolean {
    const [status, data1, data2 = 0] = message;
    const kind = status & 0xf0;
    const key = ((status & 0x0f) << 7) | data1;
    if (kind === NOTE_ON && data2 > 0) return this.#hearsStroke(message, key, time);
    if (kind === NOTE_ON || kind === NOTE_OFF) return this.#hearsRelease(key, time);
    return this.#hearsControl(message, time);
  }

  /** Where the player holds the key that an echo struck too, it is the player who lets go, unless a release was sent. */
  #hearsRelease(key: number, time: Seconds): boolean {
    const echoed = this.#echoed.get(key);
    const looped = this.#known || time < this.#strokesUntil;
    const since = looped ? time - FAR : (echoed ?? time);
    const sent = looped || echoed !== undefined ? this.#sentRelease(key & 0x7f, since, time) : null;
    if (sent) this.#take(sent);
    if (sent !== null || (echoed !== undefined && !this.#down.has(key))) {
      this.#echoed.delete(key);
      return true;
    }
    this.#down.delete(key);
    return false;
  }

  /** A release of `pitch` that was sent since `since` and had no echo. */
  #sentRelease(pitch: Pitch, since: Seconds, time: Seconds): Sent | null {
    for (const sent of this.log.since(since - EARLY))
      if (
        sent.time <= time + EARLY &&
        (sent.packed & 0xf0ff00) === ((NOTE_OFF << 16) | (pitch << 8)) &&
        !this.#taken.has(sent.index)
      )
        return sent;
    return null;
  }

  #hearsStroke(message: MidiMessage, key: number, time: Seconds): boolean {
    const looped = this.#known || time < this.#strokesUntil;
    const sent = this.#sentStroke(message, time);
    const exact = sent !== null && same(sent, message);
    const near = exact && this.#isNear(sent, key, time);
    const echo = sent !== null && (looped ? exact || !this.#exact : near);
    const weight = sent === null ? 0 : this.#weigh(sent, exact, near, key, time);
    if (sent !== null && (echo || weight > 0))
      this.#countStroke(sent, looped && echo ? EXACT : weight, exact, time);
    else if (!looped) this.#forgetStrokes();
    if (!echo) {
      this.#down.set(key, time);
      this.#echoed.delete(key);
      if (this.#far.hears(message[1], message[2] ?? 0, time)) this.#tell(time, true);
      return false;
    }
    this.#echoed.set(key, time);
    return true;
  }

  /** Whether the same stroke, just sent, makes this one an echo. */
  #isNear(sent: Sent, key: number, time: Seconds): boolean {
    if (time - sent.time > NEAR) return false;
    const since = this.#down.get(key);
    return !sent.sentOn || (since !== undefined && sent.time >= since - EARLY);
  }

  /** How far it speaks for a loop that a stroke like this one was sent. */
  #weigh(sent: Sent, exact: boolean, near: boolean, key: number, time: Seconds): number {
    if (!sent.sentOn) return exact ? EXACT : 1;
    const late = time - sent.time;
    if (near) return this.#weighLateness(late);
    const comesBack = exact && !this.#down.has(key) && ((sent.packed >> 16) & 0x0f) === key >> 7;
    return comesBack && late <= NEAR_SENT_ON ? 1 : 0;
  }

  /** Echoes of what was sent on, whatever is played between them: one that takes longer or less long takes back another. */
  #weighLateness(late: Seconds): number {
    const regular = Math.abs(late - this.#lateness) < REGULAR;
    this.#lateness = late;
    this.#regular = Math.max(0, this.#regular + (regular ? 1 : -1));
    if (this.#regular < ENOUGH) return 0;
    this.#regular = 0;
    return ENOUGH;
  }

  /** The stroke that this may be an echo of: the same, else one of its pitch. */
  #sentStroke(message: MidiMessage, time: Seconds): Sent | null {
    let ofPitch: Sent | null = null;
    for (const sent of this.log.since(time - FAR)) {
      if (sent.time > time + EARLY || this.#taken.has(sent.index)) continue;
      if (same(sent, message)) return sent;
      if ((sent.packed & 0xf0ff00) === ((NOTE_ON << 16) | (message[1] << 8))) ofPitch ??= sent;
    }
    return ofPitch;
  }

  #countStroke(sent: Sent, weight: number, exact: boolean, time: Seconds): void {
    this.#take(sent);
    this.#strokes += weight;
    if (!exact && time >= this.#strokesUntil) this.#exact = false;
    if (this.#strokes < ENOUGH) return;
    this.#strokesUntil = time + FORGOTTEN;
    this.#tell(time);
  }

  #forgetStrokes(): void {
    this.#strokes = 0;
    this.#exact = true;
  }

  #hearsControl(message: MidiMessage, time: Seconds): boolean {
    // All notes off, or the like: nothing is down.
    if (isController(message) && message[1] >= CONTROLLER.allSoundOff) this.#down.clear();
    const looped = this.#known || time < this.#controlsUntil;
    const sent = this.#sentControl(message, time - (looped ? FAR : NEAR_CONTROL), time);
    if (sent === null) {
      this.#controls = 0;
      return false;
    }
    this.#take(sent);
    if (++this.#controls >= CONTROLS_ENOUGH) {
      this.#controlsUntil = time + FORGOTTEN;
      this.#tell(time);
    }
    return looped;
  }

  #sentControl(message: MidiMessage, since: Seconds, time: Seconds): Sent | null {
    for (const sent of this.log.since(since))
      if (sent.time <= time + EARLY && same(sent, message) && !this.#taken.has(sent.index)) return sent;
    return null;
  }

  #take({ index }: Sent): void {
    this.#taken.add(index);
    if (this.#taken.size < 2 * REMEMBERED) return;
    for (const taken of this.#taken) if (taken < index - REMEMBERED) this.#taken.delete(taken);
  }

  #tell(time: Seconds, heard = false): void {
    if (time >= this.#toldUntil) this.onLoop(heard);
    this.#toldUntil = time + FORGOTTEN;
  }
}

/** Whether a message is the one that was sent, on whatever channel. */
const same = (sent: Sent, message: MidiMessage) => ((sent.packed ^ packed(message)) & 0xf0ffff) === 0;

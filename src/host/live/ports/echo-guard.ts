import { CONTROLLER, isController, type MidiMessage } from '../../../midi/index.js';
import type { Pitch, Seconds } from '../../../music/units.js';
import { FarLoop } from './far-loop.js';
import { packed, type Sent, type SentLog } from './sent-log.js';

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
/**
 * A note-on this soon after an identical one was sent is its echo: no player doubles a note so soon and at exactly the same
 * velocity.
 */
const NEAR: Seconds = 0.1;
/**
 * Forwarded note-ons (`thru`) are different, since other keyboards and channels may strike the same pitch at the same time. One is
 * an echo if its key, on that channel, was down before the forwarding: no keyboard strikes a held key again. If the key is up
 * again, it may be an echo on the channel that was forwarded to: a player does not repeat one key twenty times a second.
 */
const NEAR_SENT_ON: Seconds = 0.05;
/** Echoes in a loop are equally late to within this; two keyboards in unison on one channel are not. */
const REGULAR: Seconds = 0.003;
/** The same for controllers; their values recur within a short time where a knob trembles. */
const NEAR_CONTROL: Seconds = 0.03;
/** In a known loop an echo may be this late. Each sent message has one echo, so that a player's own notes still get through. */
const FAR: Seconds = 0.5;
/** Two threads read the clock: an echo may appear to come this long before it was sent. */
const EARLY: Seconds = 0.02;
/** Score of consecutive echoes that makes a loop: a certain echo, or a note-on of the velocity sent, counts EXACT, any other 1. */
const ENOUGH = 12;
const EXACT = 4;
const CONTROLS_ENOUGH = 24;
/** A loop without an echo for this long is forgotten. */
const FORGOTTEN: Seconds = 30;
/** Messages that had their echo are remembered for this many indexes; the set holds at most twice as many. */
const REMEMBERED = 512;

/**
 * Detects that sent messages come back: an output connected to the input, directly or through other programs. Drops echoes one by
 * one, so that the model does not answer itself and forwarded keys do not circulate, while a keyboard on the same input is still
 * heard. A loop that transposes or takes longer than FAR is only reported ({@link FarLoop}).
 */
export class EchoGuard {
  /** Whether the system reports a loop. */
  #known = false;
  /** Indexes of sent messages that had their echo. */
  readonly #taken = new Set<number>();
  /** Keys (channel and pitch) whose note-on was an echo, and when: their release is an echo too. */
  readonly #echoed = new Map<number, Seconds>();
  /** Keys that the player holds, and since when. */
  readonly #down = new Map<number, Seconds>();
  /** Delay of the last echo of a forwarded note-on. */
  #lateness: Seconds = Number.NEGATIVE_INFINITY;
  /** Number of echoes with the same delay as the one before, less those without, at least 0. */
  #regular = 0;
  /** Scores of consecutive echoes, for note-ons and controllers. */
  #strokes = 0;
  #controls = 0;
  /** Whether all consecutive echoes had exactly the velocity sent. */
  #exact = true;
  #strokesUntil: Seconds = Number.NEGATIVE_INFINITY;
  #controlsUntil: Seconds = Number.NEGATIVE_INFINITY;
  readonly #far: FarLoop;
  #toldUntil: Seconds = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly log: Pick<SentLog, 'since'>,
    /** Called when a loop is found; `heard`: its echoes are not dropped. */
    private readonly onLoop: (heard: boolean) => void,
    /**
     * Whose messages the log has. Those of another session drop nothing until there is evidence of a loop: its notes and a player's here may
     * be the same by chance, since the two do not hear each other.
     */
    private readonly whose: 'own' | 'of another session' = 'own',
  ) {
    this.#far = new FarLoop(log);
  }

  /** Reports at `time` whether the system sees a loop. */
  know(loops: boolean, time: Seconds): void {
    if (loops && !this.#known) this.#tell(time);
    this.#known = loops;
  }

  /** Whether `message`, received at `time`, is an echo and should be dropped. */
  hears(message: MidiMessage, time: Seconds): boolean {
    const [status, data1, data2 = 0] = message;
    const kind = status & 0xf0;
    const key = ((status & 0x0f) << 7) | data1;
    if (kind === NOTE_ON && data2 > 0) return this.#hearsStroke(message, key, time);
    if (kind === NOTE_ON || kind === NOTE_OFF) return this.#hearsRelease(key, time);
    return this.#hearsControl(message, time);
  }

  /** If the player also holds a key that an echo struck, the release is the player's, unless one was sent. */
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

  /** A release of `pitch` sent since `since` whose echo has not come yet. */
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
    const echo = sent !== null && (looped ? exact || !this.#exact : near && this.whose === 'own');
    const weight = sent === null ? 0 : this.#weigh(sent, exact, near, key, time);
    if (sent !== null && (echo || weight > 0))
      this.#countStroke(sent, looped && echo ? EXACT : weight, exact, time);
    else if (!looped) this.#forgetStrokes();
    const found = this.whose !== 'own' && exact && !looped && time < this.#strokesUntil;
    if (!echo && !found) {
      this.#down.set(key, time);
      this.#echoed.delete(key);
      if (this.#far.hears(message[1], message[2] ?? 0, time)) this.#tell(time, true);
      return false;
    }
    this.#echoed.set(key, time);
    return true;
  }

  /** Whether this note-on is certainly an echo of the identical one just sent. */
  #isNear(sent: Sent, key: number, time: Seconds): boolean {
    if (time - sent.time > NEAR) return false;
    const since = this.#down.get(key);
    return !sent.sentOn || (since !== undefined && sent.time >= since - EARLY);
  }

  /** How strongly this note-on suggests a loop, as a score. */
  #weigh(sent: Sent, exact: boolean, near: boolean, key: number, time: Seconds): number {
    if (!sent.sentOn) return exact ? EXACT : 1;
    const late = time - sent.time;
    if (near) return this.#weighLateness(late);
    const comesBack = exact && !this.#down.has(key) && ((sent.packed >> 16) & 0x0f) === key >> 7;
    return comesBack && late <= NEAR_SENT_ON ? 1 : 0;
  }

  /** Scores echoes of forwarded notes by the regularity of their delay: one with a different delay cancels one with the same. */
  #weighLateness(late: Seconds): number {
    const regular = Math.abs(late - this.#lateness) < REGULAR;
    this.#lateness = late;
    this.#regular = Math.max(0, this.#regular + (regular ? 1 : -1));
    if (this.#regular < ENOUGH) return 0;
    this.#regular = 0;
    return ENOUGH;
  }

  /** The sent note-on that this may be an echo of: an identical one, else one of the same pitch. */
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
    // A channel mode message such as All Notes Off: no key is down.
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

/** Whether a message equals a sent one, on any channel. */
const same = (sent: Sent, message: MidiMessage) => ((sent.packed ^ packed(message)) & 0xf0ffff) === 0;

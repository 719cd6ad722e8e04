import { CONTROLLER, eventOfMessage, isController, type MidiMessage, PITCH_BEND } from '../midi/index.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds } from '../music/units.js';

/** What a keyboard's messages come to. */
export interface KeysListener {
  /** Keys and pedal. */
  readonly played: (event: PerformanceEvent) => void;
  /** What else was moved, for whoever sends it on: controllers (the pedal too, by its value), bend, pressure, program. */
  readonly moved: (message: MidiMessage) => void;
}

/**
 * One keyboard out of the sixteen channels of a MIDI input. A pitch that several channels hold (two zones of a keyboard, an
 * octave doubled, MPE) is down until the last of them lets go, and so is the pedal; All Notes Off and All Sound Off lift what
 * their channel holds (MIDI 1.0, "Channel Mode Messages"). Per message; no more than 128 pitches are kept.
 */
export class PlayedKeys {
  /** The channels that hold a pitch, a bit each. */
  readonly #channels = new Map<Pitch, number>();
  /** CC64 of each channel. */
  readonly #pedals = new Uint8Array(16);
  /** The bend that each channel sent last. */
  readonly #bends: (MidiMessage | undefined)[] = [];
  /** The channel of the last key, whose bend is the one to be heard. */
  #lead = 0;

  constructor(private readonly listener: KeysListener) {}

  hear(message: MidiMessage, time: Seconds): void {
    const channel = message[0] & 0x0f;
    if (isController(message) && message[1] >= CONTROLLER.allSoundOff) this.#obey(message, channel, time);
    else if (isController(message, CONTROLLER.sustain)) this.#press(channel, message[2] ?? 0, time);
    else if ((message[0] & 0xf0) === PITCH_BEND) this.#bend(message, channel);
    else {
      const event = eventOfMessage(message, time);
      if (event?.type === 'noteOn') this.#strike(event, channel);
      else if (event?.type === 'noteOff') this.#lift(event.pitch, channel, time);
      else this.listener.moved(message);
    }
  }

  /** Lifts what `channel` holds, pedal included; without one, what all hold. */
  release(time: Seconds, channel?: number): void {
    for (const [pitch, holders] of this.#channels)
      for (let each = channel ?? 0; each <= (channel ?? 15); each++)
        if (holders & (1 << each)) this.#lift(pitch, each, time);
    for (let each = channel ?? 0; each <= (channel ?? 15); each++) this.#press(each, 0, time);
  }

  /** Whether a key or the pedal is down. */
  get down(): boolean {
    return this.#channels.size > 0 || this.#pedals.some((value) => value > 0);
  }

  #strike(event: Extract<PerformanceEvent, { type: 'noteOn' }>, channel: number): void {
    const bend = this.#bends[channel];
    // An MPE keyboard bends a note's channel before it strikes the note.
    if (this.#lead !== channel && bend) this.listener.moved(bend);
    this.#lead = channel;
    this.#channels.set(event.pitch, (this.#channels.get(event.pitch) ?? 0) | (1 << channel));
    this.listener.played(event);
  }

  #lift(pitch: Pitch, channel: number, time: Seconds): void {
    const holders = this.#channels.get(pitch);
    if (holders === undefined || !(holders & (1 << channel))) return;
    const left = holders & ~(1 << channel);
    if (left !== 0) {
      this.#channels.set(pitch, left);
      return;
    }
    this.#channels.delete(pitch);
    this.listener.played({ type: 'noteOff', time, pitch });
  }

  /** The pedal is as far down as the channel says that has it furthest down. */
  #press(channel: number, value: number, time: Seconds): void {
    const before = Math.max(...this.#pedals);
    this.#pedals[channel] = value;
    const after = Math.max(...this.#pedals);
    if (before === after) return;
    this.listener.moved([CONTROLLER.status, CONTROLLER.sustain, after]);
    const down = after >= CONTROLLER.down;
    if (before >= CONTROLLER.down !== down) this.listener.played({ type: 'pedal', time, down });
  }

  #bend(message: MidiMessage, channel: number): void {
    this.#bends[channel] = message;
    if (channel === this.#lead || !this.#holds(channel)) this.listener.moved(message);
  }

  #holds(channel: number): boolean {
    for (const holders of this.#channels.values()) if (holders & (1 << channel)) return true;
    return false;
  }

  /** A channel mode message. Omni and mono modes are receivers' own affair, but they end all notes (MIDI 1.0, CC124 to 127). */
  #obey(message: MidiMessage, channel: number, time: Seconds): void {
    if (message[1] === CONTROLLER.localControl) return;
    if (message[1] === CONTROLLER.resetAll) this.#press(channel, 0, time);
    else this.release(time, channel);
    this.#bends[channel] = undefined;
    this.listener.moved(message);
  }
}

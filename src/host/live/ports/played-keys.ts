import {
  CONTROLLER,
  eventOfMessage,
  isController,
  type MidiMessage,
  PITCH_BEND,
} from '../../../midi/index.js';
import type { PerformanceEvent } from '../../../music/note.js';
import type { Pitch, Seconds } from '../../../music/units.js';
import type { Hands } from '../session-control.js';
import type { HeldKeys } from './held-keys.js';

/** What a keyboard's messages come to. */
export interface KeysListener {
  /** Keys and pedal. */
  readonly held: HeldKeys;
  /** What else was moved, for whoever sends it on: controllers (the pedal too, by its value), bend, pressure, program. */
  readonly moved: (message: MidiMessage) => void;
}

const CHANNELS = 16;

/**
 * One keyboard out of the sixteen channels of a MIDI input, each of which plays with hands of its own (two zones of a keyboard, an
 * octave doubled, MPE). All Notes Off and All Sound Off lift what their channel holds (MIDI 1.0, "Channel Mode Messages").
 */
export class PlayedKeys {
  readonly #hands: readonly Hands[];
  /** The keys that each channel holds. */
  readonly #keys = Array.from({ length: CHANNELS }, () => new Set<Pitch>());
  /** CC64 of each channel. */
  readonly #pedals = new Uint8Array(CHANNELS);
  /** The bend that each channel sent last. */
  readonly #bends: (MidiMessage | undefined)[] = [];
  /** The channel of the last key, whose bend is the one to be heard. */
  #lead = 0;

  constructor(private readonly listener: KeysListener) {
    this.#hands = Array.from({ length: CHANNELS }, () => listener.held.hands());
  }

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
    const channels = channel === undefined ? [...this.#keys.keys()] : [channel];
    for (const each of channels) for (const pitch of this.#keys[each]!) this.#lift(pitch, each, time);
    for (const each of channels) this.#press(each, 0, time);
  }

  /** Whether a key or the pedal is down. */
  get down(): boolean {
    return this.#keys.some(({ size }) => size > 0) || this.#pedals.some((value) => value > 0);
  }

  #strike(event: Extract<PerformanceEvent, { type: 'noteOn' }>, channel: number): void {
    const bend = this.#bends[channel];
    // An MPE keyboard bends a note's channel before it strikes the note.
    if (this.#lead !== channel && bend) this.listener.moved(bend);
    this.#lead = channel;
    this.#keys[channel]!.add(event.pitch);
    this.#hands[channel]!.play(event);
  }

  #lift(pitch: Pitch, channel: number, time: Seconds): void {
    this.#keys[channel]!.delete(pitch);
    this.#hands[channel]!.play({ type: 'noteOff', time, pitch });
  }

  /** The pedal is as far down as the channel says that has it furthest down, and not up while somebody else has it down. */
  #press(channel: number, value: number, time: Seconds): void {
    const before = Math.max(...this.#pedals);
    this.#pedals[channel] = value;
    const after = Math.max(...this.#pedals);
    const elsewhere = after < CONTROLLER.down && this.listener.held.holds('pedal', this.#hands);
    if (before !== after && !elsewhere) this.listener.moved([CONTROLLER.status, CONTROLLER.sustain, after]);
    this.#hands[channel]!.play({ type: 'pedal', time, down: value >= CONTROLLER.down });
  }

  #bend(message: MidiMessage, channel: number): void {
    this.#bends[channel] = message;
    if (channel === this.#lead || this.#keys[channel]!.size === 0) this.listener.moved(message);
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

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

/** Receives what a keyboard plays. */
export interface KeysListener {
  /** Keys and pedal. */
  readonly held: HeldKeys;
  /** Other messages, to be forwarded: controllers (the pedal too, with its value), bend, pressure, program. */
  readonly moved: (message: MidiMessage) => void;
}

const CHANNELS = 16;

/**
 * Merges the sixteen channels of a MIDI input into one keyboard. Each channel holds keys of its own (two zones of a keyboard, an
 * octave doubled, MPE). All Notes Off and All Sound Off release what their channel holds (MIDI 1.0, "Channel Mode Messages").
 */
export class PlayedKeys {
  readonly #hands: readonly Hands[];
  /** Keys held on each channel. */
  readonly #keys = Array.from({ length: CHANNELS }, () => new Set<Pitch>());
  /** Value of CC64 on each channel. */
  readonly #pedals = new Uint8Array(CHANNELS);
  /** The last pitch bend of each channel. */
  readonly #bends: (MidiMessage | undefined)[] = [];
  /** Channel of the last key, whose bend applies. */
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

  /** Releases the keys and pedal of `channel`, or of all channels. */
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
    // An MPE keyboard sends a note's bend before its note-on.
    if (this.#lead !== channel && bend) this.listener.moved(bend);
    this.#lead = channel;
    this.#keys[channel]!.add(event.pitch);
    this.#hands[channel]!.play(event);
  }

  #lift(pitch: Pitch, channel: number, time: Seconds): void {
    this.#keys[channel]!.delete(pitch);
    this.#hands[channel]!.play({ type: 'noteOff', time, pitch });
  }

  /**
   * Sets a channel's pedal. The pedal forwarded is the one furthest down on any channel; it does not go up while another player
   * holds it.
   */
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

  /** Handles a channel mode message. Omni and mono modes concern receivers, but they end all notes (MIDI 1.0, CC124 to 127). */
  #obey(message: MidiMessage, channel: number, time: Seconds): void {
    if (message[1] === CONTROLLER.localControl) return;
    if (message[1] === CONTROLLER.resetAll) this.#press(channel, 0, time);
    else this.release(time, channel);
    this.#bends[channel] = undefined;
    this.listener.moved(message);
  }
}

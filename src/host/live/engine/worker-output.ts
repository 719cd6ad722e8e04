import type { Voice } from '../../../codec/codec.js';
import {
  ChangedControllers,
  CONTROLLER,
  isController,
  type MidiMessage,
  messageOfEvent,
  type OutputPort,
  PERCUSSION_CHANNEL,
  type PortId,
  SoundingNotes,
  silence,
} from '../../../midi/index.js';
import type { PerformanceEvent } from '../../../music/note.js';
import type { Pitch, Velocity } from '../../../music/units.js';
import type { PluginVoice } from '../../../plugin/live.js';
import type { Output } from '../../../session/ledger.js';
import { PartChannels } from './part-channels.js';

/** A session's output on a MIDI port that comes and goes. A port that fails is let go of: the session plays on. */
export class PortOutput implements Output {
  #port: OutputPort | null = null;
  readonly #moved = new ChangedControllers();
  /** What the receiver holds. */
  readonly #sounding = new SoundingNotes();
  readonly #parts: PartChannels;
  /** The port in use before went away unsilenced. */
  #left = false;

  constructor(
    private readonly channel: number,
    private readonly onFailure: (port: string) => void,
    /** A message is about to be sent; `sentOn`: it is a stroke of a player's. */
    private readonly onSend: (message: MidiMessage, sentOn: boolean) => void = () => {},
    /** The instruments of the plugin that plays. */
    voices: readonly PluginVoice[] = [],
  ) {
    this.#parts = new PartChannels(voices, channel);
  }

  /** The port in use. */
  get name(): string | null {
    return this.#port?.name ?? null;
  }

  get id(): PortId | null {
    return this.#port?.id ?? null;
  }

  /** Silences and closes the port in use, if any, and uses `port` from now on. What a lost port may still hold ends first. */
  use(port: OutputPort | null): void {
    this.silence();
    this.#port?.close();
    this.#port = port;
    if (port && this.#left) this.silence();
    for (const message of this.#parts.programs) this.#say(message);
  }

  /** The port in use is gone: nothing can be said to it, but what it holds is known when it comes back. */
  lose(): void {
    const port = this.#port;
    if (!port) return;
    this.#port = null;
    this.#left = true;
    try {
      port.close();
    } catch {
      // A device that is gone can fail to close; there is nothing more to close then.
    }
  }

  noteOn(pitch: Pitch, velocity: Velocity, voice?: Voice, part?: string): void {
    const channel = voice === 'model' ? this.#parts.begin(pitch, part) : this.channel;
    this.#send({ type: 'noteOn', time: 0, pitch, velocity }, channel, voice === 'player');
  }

  noteOff(pitch: Pitch): void {
    this.#send({ type: 'noteOff', time: 0, pitch }, this.#parts.end(pitch));
  }

  /** The same port for percussion. */
  readonly percussion: Pick<Output, 'noteOn' | 'noteOff'> = {
    noteOn: (pitch, velocity) => this.#send({ type: 'noteOn', time: 0, pitch, velocity }, PERCUSSION_CHANNEL),
    noteOff: (pitch) => this.#send({ type: 'noteOff', time: 0, pitch }, PERCUSSION_CHANNEL),
  };

  /** Sends on what a player moved, on this channel. A channel mode message puts back all that was moved. */
  move(message: MidiMessage): void {
    if (isController(message) && message[1] >= CONTROLLER.allSoundOff) this.rest();
    else this.#say([(message[0] & 0xf0) | this.channel, ...message.slice(1)] as unknown as MidiMessage);
  }

  /** The player's pedal, where it does not stand so already. */
  pedal(down: boolean): void {
    if (this.#moved.pedal(this.channel) !== down) this.#send({ type: 'pedal', time: 0, down }, this.channel);
  }

  /** Puts back what a player moved: pedals, bend, modulation, pressure. */
  rest(): void {
    if (!this.#port) return;
    for (const message of this.#moved.rest()) this.#say(message);
  }

  silence(): void {
    if (!this.#port) return;
    this.#left = false;
    for (const message of this.#sounding.ends()) this.#say(message);
    this.rest();
    for (const message of silence(this.#parts.channels)) this.#say(message);
  }

  #send(event: PerformanceEvent, channel: number, sentOn = false): void {
    if (this.#port) this.#say(messageOfEvent(event, channel), sentOn);
  }

  #say(message: MidiMessage, sentOn = false): void {
    this.#try((port) => {
      this.#moved.sent(message);
      this.#sounding.sent(message);
      this.onSend(message, sentOn);
      port.send(message);
    });
  }

  #try(send: (port: OutputPort) => void): void {
    const port = this.#port;
    if (!port) return;
    try {
      send(port);
    } catch {
      this.lose();
      this.onFailure(port.name);
    }
  }
}

import {
  CONTROLLER,
  isController,
  type MidiMessage,
  MovedControls,
  messageOfEvent,
  type OutputPort,
  PERCUSSION_CHANNEL,
  silence,
} from '../midi/index.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Velocity } from '../music/units.js';
import type { Output } from '../session/ledger.js';

/** A session's output on a MIDI port that comes and goes. A port that fails is let go of: the session plays on. */
export class PortOutput implements Output {
  #port: OutputPort | null = null;
  readonly #moved = new MovedControls();

  constructor(
    private readonly channel: number,
    private readonly onFailure: (port: string, error: unknown) => void,
  ) {}

  get port(): OutputPort | null {
    return this.#port;
  }

  /** Silences and closes the port in use, if any, and uses `port` from now on. */
  use(port: OutputPort | null): void {
    this.silence();
    this.#port?.close();
    this.#port = port;
  }

  noteOn(pitch: Pitch, velocity: Velocity): void {
    this.#send({ type: 'noteOn', time: 0, pitch, velocity }, this.channel);
  }

  noteOff(pitch: Pitch): void {
    this.#send({ type: 'noteOff', time: 0, pitch }, this.channel);
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
    for (const message of this.#moved.rest()) this.#say(message);
  }

  silence(): void {
    this.rest();
    for (const message of silence([this.channel])) this.#say(message);
  }

  #send(event: PerformanceEvent, channel: number): void {
    this.#say(messageOfEvent(event, channel));
  }

  #say(message: MidiMessage): void {
    this.#try((port) => {
      this.#moved.sent(message);
      port.send(message);
    });
  }

  #try(send: (port: OutputPort) => void): void {
    const port = this.#port;
    if (!port) return;
    try {
      send(port);
    } catch (error) {
      this.#port = null;
      this.onFailure(port.name, error);
    }
  }
}

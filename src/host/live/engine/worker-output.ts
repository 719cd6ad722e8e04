import type { Voice } from '../../../codec/codec.js';
import {
  ChangedControllers,
  CONTROLLER,
  isController,
  type MidiMessage,
  messageOfEvent,
  type OutputPort,
  onChannel,
  PERCUSSION_CHANNEL,
  type PortId,
  SoundingNotes,
  silence,
} from '../../../midi/index.js';
import type { PerformanceEvent } from '../../../music/note.js';
import type { Pitch, Velocity } from '../../../music/units.js';
import type { PluginVoice } from '../../../plugin/live.js';
import type { Output } from '../../../session/ledger.js';
import { channelsOfMembers, PartChannels } from './part-channels.js';

/** A session's output on a MIDI port that may come and go. A port that fails is dropped, and the session plays on. */
export class PortOutput implements Output {
  #port: OutputPort | null = null;
  readonly #moved = new ChangedControllers();
  /** Notes that sound at the receiver. */
  readonly #sounding = new SoundingNotes();
  readonly #parts: PartChannels;
  /** Of each further member of a band. */
  readonly #others: readonly PartChannels[];
  /** The previous port went away without being silenced. */
  #left = false;

  constructor(
    private readonly channel: number,
    private readonly onFailure: (port: string) => void,
    /** Called before each message is sent; `sentOn`: it is a player's note-on. */
    private readonly onSend: (message: MidiMessage, sentOn: boolean) => void = () => {},
    /** The instruments of the plugin; in a band, of each member, the first one first. */
    voices: readonly (readonly PluginVoice[])[] = [],
  ) {
    const [first = [], ...others] = voices;
    this.#parts = new PartChannels(first, channel);
    const channels = channelsOfMembers(channel, voices);
    this.#others = others.map((ofMember, index) => new PartChannels(ofMember, channels[index]!));
  }

  /** The output of a further member of a band, on the same port. */
  ofMember(index: number): Output {
    const channels = this.#others[index]!;
    const channelOf = (_voice?: Voice, part?: string) => channels.channelOf(part);
    return {
      channelOf,
      noteOn: (pitch, velocity, voice, part) =>
        this.#send({ type: 'noteOn', time: 0, pitch, velocity }, channelOf(voice, part)),
      noteOff: (pitch, channel) => this.noteOff(pitch, channel),
      silence: () => this.silence(),
    };
  }

  get #all(): readonly PartChannels[] {
    return [this.#parts, ...this.#others];
  }

  /** Name of the port in use. */
  get name(): string | null {
    return this.#port?.name ?? null;
  }

  get id(): PortId | null {
    return this.#port?.id ?? null;
  }

  /** Silences and closes the port in use, if any, and switches to `port`. Notes left on a lost port are ended first. */
  use(port: OutputPort | null): void {
    this.silence();
    this.#port?.close();
    this.#port = port;
    if (port && this.#left) this.silence();
    for (const { programs } of this.#all) for (const message of programs) this.#say(message);
  }

  /** Drops the port in use, which is gone. Its sounding notes are remembered, to be ended when it comes back. */
  lose(): void {
    const port = this.#port;
    if (!port) return;
    this.#port = null;
    this.#left = true;
    try {
      port.close();
    } catch {
      // Closing a device that is gone may fail; there is nothing left to close.
    }
  }

  channelOf(voice?: Voice, part?: string): number {
    return voice === 'model' ? this.#parts.channelOf(part) : this.channel;
  }

  noteOn(pitch: Pitch, velocity: Velocity, voice?: Voice, part?: string): void {
    const channel = this.channelOf(voice, part);
    this.#send({ type: 'noteOn', time: 0, pitch, velocity }, channel, voice === 'player');
  }

  noteOff(pitch: Pitch, channel = this.channel): void {
    this.#send({ type: 'noteOff', time: 0, pitch }, channel);
  }

  /** Percussion on the same port (MIDI channel 10). */
  readonly percussion: Pick<Output, 'noteOn' | 'noteOff'> = {
    noteOn: (pitch, velocity) => this.#send({ type: 'noteOn', time: 0, pitch, velocity }, PERCUSSION_CHANNEL),
    noteOff: (pitch) => this.#send({ type: 'noteOff', time: 0, pitch }, PERCUSSION_CHANNEL),
  };

  /** Forwards a player's controller on this channel. A channel mode message resets all controllers instead. */
  move(message: MidiMessage): void {
    if (isController(message) && message[1] >= CONTROLLER.allSoundOff) this.rest();
    else this.#say(onChannel(message, this.channel));
  }

  /** Sends the player's pedal, unless it is in that position already. */
  pedal(down: boolean): void {
    if (this.#moved.pedal(this.channel) !== down) this.#send({ type: 'pedal', time: 0, down }, this.channel);
  }

  /** Resets what a player moved: pedals, bend, modulation, pressure. */
  rest(): void {
    if (!this.#port) return;
    for (const message of this.#moved.rest()) this.#say(message);
  }

  silence(): void {
    if (!this.#port) return;
    this.#left = false;
    for (const message of this.#sounding.ends()) this.#say(message);
    this.rest();
    const channels = new Set(this.#all.flatMap((parts) => parts.channels));
    for (const message of silence(channels)) this.#say(message);
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

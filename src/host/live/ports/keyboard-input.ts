import {
  type ClockBeat,
  type InputPort,
  MidiClock,
  type OnMessage,
  type PortId,
  type PortSystem,
} from '../../../midi/index.js';
import type { Seconds } from '../../../music/units.js';
import type { EchoGuard } from './echo-guard.js';
import { type ChannelFilter, hears } from './input-channel.js';
import { type KeysListener, PlayedKeys } from './played-keys.js';
import { isVirtual, openInput, VIRTUAL_PORT } from './port-choice.js';

/** Receives the MIDI clock of an input. */
export interface ClockListener {
  /** The current number of beats a bar. */
  readonly meter: () => number;
  /** Called for a beat that brings news; null: the clock has stopped. */
  readonly clock: (beat: ClockBeat | null, time: Seconds) => void;
}

/** Callbacks from a keyboard to its session. */
export interface KeyboardListener extends KeysListener, ClockListener {
  /** Keys are struck on a channel (0 to 15) that is not heard. Called once for each channel. */
  readonly ignored: (channel: number) => void;
}

const NOTE_ON = 0x90;

/** A MIDI keyboard that plays into a session. Keys that are down when it goes away are released. */
export class KeyboardInput {
  readonly #port: InputPort;
  readonly #keys: PlayedKeys;
  readonly #clock: MidiClock;
  readonly #ignored = new Set<number>();

  /** Opens the port. Throws what {@link PortSystem.openInput} throws. */
  constructor(
    system: PortSystem,
    name: string,
    private filter: ChannelFilter,
    echoes: Pick<EchoGuard, 'hears'>,
    private readonly listener: KeyboardListener,
    private readonly now: () => Seconds,
  ) {
    this.virtual = isVirtual(name);
    this.#keys = new PlayedKeys(listener);
    this.#clock = new MidiClock(listener.meter, listener.clock);
    const onRealTime = (status: number, time: Seconds) => this.#clock.onMessage(status, time);
    this.#port = openInput(system, name, this.#hear(echoes), onRealTime);
  }

  #hear(echoes: Pick<EchoGuard, 'hears'>): OnMessage {
    return (message, time) => {
      if (echoes.hears(message, time)) return;
      const channel = message[0] & 0x0f;
      if (hears(this.filter, channel)) this.#keys.hear(message, time);
      else if ((message[0] & 0xf0) === NOTE_ON && (message[2] ?? 0) > 0) this.#ignore(channel);
    };
  }

  /** Makes the clock report its state again, to a listener that does not know it. */
  tellClock(): void {
    this.#clock.again();
  }

  get name(): string {
    return this.virtual ? VIRTUAL_PORT : this.#port.name;
  }

  get id(): PortId | null {
    return this.#port.id;
  }

  /** Whether it is the program's own virtual port, which other programs play into. */
  readonly virtual: boolean;

  /** Releases all keys and the pedal. Returns whether any was down. */
  release(): boolean {
    const { down } = this.#keys;
    this.#keys.release(this.now());
    return down;
  }

  /** Changes the channels heard, and releases what the others hold. */
  use(filter: ChannelFilter): void {
    this.filter = filter;
    this.#ignored.clear();
    for (let channel = 0; channel < 16; channel++)
      if (!hears(filter, channel)) this.#keys.release(this.now(), channel);
  }

  #ignore(channel: number): void {
    if (this.#ignored.has(channel)) return;
    this.#ignored.add(channel);
    this.listener.ignored(channel);
  }

  close(): void {
    this.#port.close();
    this.#clock.end(this.now());
    this.release();
  }
}

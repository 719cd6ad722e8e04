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
import { isVirtual, openInput, VIRTUAL_PORT } from './ports.js';

/** Who hears the clock that comes with a keyboard, or instead of one. */
export interface ClockListener {
  /** Beats a bar, as they are counted now. */
  readonly meter: () => number;
  /** A beat, where that is news; null: there is no clock any more. */
  readonly clock: (beat: ClockBeat | null, time: Seconds) => void;
}

/** What a session hears of its keyboard. */
export interface KeyboardListener extends KeysListener, ClockListener {
  /** Keys are struck on a channel (0 to 15) that is not heard. Told once of each channel. */
  readonly ignored: (channel: number) => void;
}

const NOTE_ON = 0x90;

/** A MIDI keyboard that plays into a session. Keys that are down when it goes away come up: nobody else could lift them. */
export class KeyboardInput {
  readonly #port: InputPort;
  readonly #keys: PlayedKeys;
  readonly #clock: MidiClock;
  readonly #ignored = new Set<number>();

  /** Throws what {@link PortSystem.openInput} throws. */
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

  /** Who hears the clock does not know any more what it told. */
  tellClock(): void {
    this.#clock.again();
  }

  get name(): string {
    return this.virtual ? VIRTUAL_PORT : this.#port.name;
  }

  get id(): PortId | null {
    return this.#port.id;
  }

  /** Whether it is a port of our own, into which other programs play. */
  readonly virtual: boolean;

  /** Lifts what is down; whether anything was. */
  release(): boolean {
    const { down } = this.#keys;
    this.#keys.release(this.now());
    return down;
  }

  /** Other channels are heard from now on; what the others hold comes up. */
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

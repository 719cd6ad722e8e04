import { ContinuoError, type ErrorCode } from '../errors.js';
import {
  openSystemPorts,
  PERCUSSION_CHANNEL,
  type PortList,
  type PortSystem,
  silence,
  watchPorts,
} from '../midi/index.js';
import type { Seconds } from '../music/units.js';
import { SESSION_PARAMS } from '../session/params.js';
import { type ChannelFilter, notHeard } from './input-channel.js';
import { KeyboardInput, type KeyboardListener } from './keyboard-input.js';
import { OWN_NAME, openOutput, portChoices } from './ports.js';
import type { PortsDescription } from './session-control.js';

/** What a session hears of its ports. */
export interface PortsListener extends Omit<KeyboardListener, 'ignored'> {
  /** Something that the player should know; `code` is an error's. */
  readonly notice: (code: ErrorCode, message: string) => void;
  /** Devices came or went. */
  readonly changed: (there: PortList) => void;
}

/**
 * The MIDI system as a session's I/O thread uses it, where there is one: the keyboard, and which ports there are. The output
 * is the worker's; it is opened here only to silence what a dead worker left.
 */
export class LivePorts {
  #input: KeyboardInput | null = null;
  #filter: ChannelFilter = SESSION_PARAMS.inputChannel.default;

  private constructor(
    private readonly system: PortSystem | null,
    /** Why there is no system, and what to do. */
    private readonly unavailable: string | null,
    private readonly listener: PortsListener,
    private readonly now: () => Seconds,
    private readonly unwatch: () => void,
  ) {}

  /** `now` is the session's clock. */
  static async open(now: () => Seconds, listener: PortsListener): Promise<LivePorts> {
    try {
      const system = await openSystemPorts(now);
      system.list();
      return new LivePorts(system, null, listener, now, watchPorts(system, listener.changed));
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      const unavailable = [error.message, error.hint].filter(Boolean).join(' ');
      return new LivePorts(null, unavailable, listener, now, () => {});
    }
  }

  /** The keyboard in use. */
  get input(): string | null {
    return this.#input?.name ?? null;
  }

  /** `output`: the port that the worker says is in use. */
  describe(output: string | null): PortsDescription {
    const choices = this.system ? portChoices(this.system) : { inputs: [], outputs: [] };
    return { ...choices, input: this.input, output, unavailable: this.unavailable };
  }

  /** Throws MIDI_UNAVAILABLE where a port is asked for and there can be none. */
  check(name: string | null): void {
    if (name !== null && this.system === null)
      throw new ContinuoError('MIDI_UNAVAILABLE', this.unavailable ?? 'MIDI ports cannot be used here.');
  }

  /** Connects the keyboard (null: none). Throws what {@link PortSystem.openInput} throws. */
  connectInput(name: string | null): void {
    const next = name === null ? null : this.#keyboard(name);
    this.#input?.close();
    this.#input = next;
  }

  /** Other channels of the keyboard are heard from now on. */
  hear(filter: ChannelFilter): void {
    if (filter === this.#filter) return;
    this.#filter = filter;
    this.#input?.use(filter);
  }

  #keyboard(name: string): KeyboardInput {
    const { played, moved, notice } = this.listener;
    const ignored = (channel: number) => notice('CHANNEL_IGNORED', notHeard(this.#filter, channel));
    return new KeyboardInput(this.system!, name, this.#filter, { played, moved, ignored }, this.now);
  }

  /** Ends every note on an output that nobody holds any more. */
  silence(output: string | null, channel: number): void {
    if (output === null || this.system === null) return;
    try {
      const port = openOutput(this.system, output);
      for (const sounding of [channel, PERCUSSION_CHANNEL])
        for (let pitch = 0; pitch < 128; pitch++) port.send([0x80 | sounding, pitch, 0]);
      for (const message of silence()) port.send(message);
      port.close();
    } catch {
      // The port went with the worker: there is nothing left to silence.
    }
  }

  close(): void {
    this.unwatch();
    this.connectInput(null);
  }
}

/** Whether a device that was in use is gone; a port of our own cannot be. */
export function isGone(name: string | null, there: readonly string[]): name is string {
  return name !== null && !there.includes(name) && name !== OWN_NAME;
}

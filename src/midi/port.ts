import type { Seconds } from '../music/units.js';

/** A MIDI 1.0 channel message, checked: status byte, data bytes 0-127 as many as the status takes. */
export type MidiMessage = readonly [status: number, data1: number, data2?: number];

/** What {@link Connections} call an open port of ours, in whatever thread. */
export type PortId = number;

/** How ports are connected at one moment, where the system tells. */
export interface Connections {
  /** What is at the other end of an open port of ours; empty where nothing is (any more). */
  peers(port: PortId): readonly string[];
  /** Whether what we send to one of our ports comes back by another. */
  loops(output: PortId, input: PortId): boolean;
  /** How many messages to one of our inputs were lost, as far as the system counts them, since they were not read in time. */
  lost(input: PortId): number;
}

/** A channel message came, at `time`. */
export type OnMessage = (message: MidiMessage, time: Seconds) => void;

/** A system real-time message came: ticks of a clock, its start and stop. `status` is 0xF8 or more. */
export type OnRealTime = (status: number, time: Seconds) => void;

/** Where messages come from. */
export interface InputPort {
  readonly name: string;
  /** Null where the system does not tell how ports are connected. */
  readonly id: PortId | null;
  /** No message comes after it. May be called twice. */
  close(): void;
}

/** Where messages go to. */
export interface OutputPort {
  readonly name: string;
  /** Null where the system does not tell how ports are connected. */
  readonly id: PortId | null;
  /**
   * Throws PORT_MESSAGE on a malformed message, before anything is sent, and PORT_LOST where the system says that the
   * port is gone (Windows; ALSA and CoreMIDI take messages for nobody, see watchPorts). A closed port sends nothing.
   */
  send(message: MidiMessage): void;
  /** May be called twice. The port's other owner is not told: silence it first. */
  close(): void;
}

/** A system of ports: the real one (easymidi) or the one in memory. A port stays open until it is closed, held or not. */
export interface PortSystem {
  /** Names of the inputs (we listen to them) and outputs (we play to them). Throws MIDI_UNAVAILABLE, with what to do. */
  list(): { readonly inputs: readonly string[]; readonly outputs: readonly string[] };
  /** How ports are connected now; null where the system does not tell. The same object as before where nothing has changed. */
  connections(): Connections | null;
  /** Opens by name or by a part of it that is unique, upper and lower case alike. */
  openInput(name: string, onMessage: OnMessage, onRealTime?: OnRealTime): InputPort;
  openOutput(name: string): OutputPort;
  /** Ports of our own that other programs connect to; throws MIDI_UNAVAILABLE where the system has none (Windows). */
  openVirtualInput(name: string, onMessage: OnMessage, onRealTime?: OnRealTime): InputPort;
  openVirtualOutput(name: string): OutputPort;
}

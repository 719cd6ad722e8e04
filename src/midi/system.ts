import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { loadAddon, type MidiAddon } from './addon.js';
import { ArrivalClock } from './arrival.js';
import { hintFor } from './hints.js';
import { checkMessage } from './message.js';
import { distinctNames, findPort } from './names.js';
import { MessageParser } from './parser.js';
import type { InputPort, MidiMessage, OutputPort, PortSystem } from './port.js';

type Listener = (message: MidiMessage, time: Seconds) => void;
type Device = InstanceType<MidiAddon['Input'] | MidiAddon['Output']>;

/**
 * The MIDI ports of this computer: ALSA's sequencer, CoreMIDI or Windows MM. Works on the main thread and in workers,
 * each with a system of its own. `now` is the clock that incoming messages are stamped with.
 *
 * This is @julusian/midi (RtMidi) itself and not easymidi around it: each easymidi.getInputs() and each port that
 * easymidi opens leaves a sequencer client behind until the garbage is collected, and after 62 of them no program
 * on the computer could open ALSA's sequencer any more (measured; it allows 64 clients of user programs). easymidi also drops
 * the times between messages and never frees a virtual port.
 *
 * Throws MIDI_UNAVAILABLE, with what to do.
 */
export async function openSystemPorts(now: () => Seconds): Promise<PortSystem> {
  return new SystemPorts(await loadAddon(), now);
}

class SystemPorts implements PortSystem {
  /** The two clients that lists are made with; made once, see openSystemPorts. They hold no port. */
  #listers: { readonly input: Device; readonly output: Device } | undefined;

  constructor(
    readonly addon: MidiAddon,
    readonly now: () => Seconds,
  ) {}

  list(): { inputs: string[]; outputs: string[] } {
    this.#listers ??= { input: create(this.addon.Input), output: create(this.addon.Output) };
    return { inputs: namesOf(this.#listers.input).names, outputs: namesOf(this.#listers.output).names };
  }

  openInput(name: string, onMessage: Listener): InputPort {
    const device = create(this.addon.Input);
    return this.#listen(device, onMessage, () => openByName(device, name, 'input'));
  }

  openOutput(name: string): OutputPort {
    const device = create(this.addon.Output);
    return speak(device, () => openByName(device, name, 'output'));
  }

  openVirtualInput(name: string, onMessage: Listener): InputPort {
    checkVirtual();
    const device = create(this.addon.Input);
    return this.#listen(device, onMessage, () => openVirtual(device, name));
  }

  openVirtualOutput(name: string): OutputPort {
    checkVirtual();
    const device = create(this.addon.Output);
    return speak(device, () => openVirtual(device, name));
  }

  #listen(device: InstanceType<MidiAddon['Input']>, onMessage: Listener, open: () => string): InputPort {
    const parser = new MessageParser();
    const clock = new ArrivalClock();
    let closed = false;
    // A session has no use for system-exclusive dumps, clock ticks and active sensing: RtMidi drops them on its own thread.
    device.ignoreTypes(true, true, true);
    device.on('messageBuffer', (delta, bytes) => {
      const time = clock.stamp(delta, this.now());
      // What was under way when the port was closed is not delivered.
      for (const message of parser.push(bytes)) if (!closed) onMessage(message, time);
    });
    const name = opened(device, open);
    return {
      name,
      close() {
        closed = true;
        device.destroy();
      },
    };
  }
}

function speak(device: InstanceType<MidiAddon['Output']>, open: () => string): OutputPort {
  const name = opened(device, open);
  let closed = false;
  return {
    name,
    send(message) {
      checkMessage(message);
      if (closed) return;
      try {
        device.sendMessage(message as unknown as number[]);
      } catch (cause) {
        throw new ContinuoError(
          'PORT_LOST',
          `The MIDI output "${name}" takes no more messages: ${reason(cause)}.`,
          'Plug the device in again, or choose another output.',
          { cause },
        );
      }
    },
    close() {
      closed = true;
      device.destroy();
    },
  };
}

/** Opens a device and gives its port's name; frees it where that fails, for a client of ALSA outlives its object otherwise. */
function opened(device: Device, open: () => string): string {
  try {
    return open();
  } catch (error) {
    device.destroy();
    throw error;
  }
}

function create<T extends Device>(Class: new () => T): T {
  try {
    return new Class();
  } catch (cause) {
    throw new ContinuoError(
      'MIDI_UNAVAILABLE',
      `MIDI ports cannot be used: ${reason(cause)}.`,
      hintFor('sequencer'),
      { cause },
    );
  }
}

function openByName(device: Device, wanted: string, kind: 'input' | 'output'): string {
  const { names, indices } = namesOf(device);
  const found = findPort(wanted, names, kind);
  const name = names[found]!;
  try {
    device.openPort(indices[found]!);
  } catch (cause) {
    throw new ContinuoError(
      'PORT_OPEN',
      `The MIDI ${kind} "${name}" is there but cannot be opened: ${reason(cause)}.`,
      hintFor('permission'),
      { cause },
    );
  }
  return name;
}

function openVirtual(device: Device, name: string): string {
  try {
    device.openVirtualPort(name);
  } catch (cause) {
    throw new ContinuoError(
      'PORT_OPEN',
      `A virtual MIDI port "${name}" cannot be opened: ${reason(cause)}.`,
      hintFor('virtual'),
      { cause },
    );
  }
  return name;
}

function checkVirtual(): void {
  if (process.platform === 'win32')
    throw new ContinuoError('MIDI_UNAVAILABLE', 'Windows has no virtual MIDI ports.', hintFor('virtual'));
}

/** RtMidi's own ends of open ports, of this program or another: ALSA shows them as ports, but nobody is to connect there. */
const PRIVATE_END = /^RtMidi (Input|Output) Client:RtMidi (Input|Output) \d+:\d+$/;

/** Names of the ports that `device` could open, and RtMidi's index of each. */
function namesOf(device: Device): { names: string[]; indices: number[] } {
  const all = Array.from({ length: device.getPortCount() }, (_, index) => device.getPortName(index));
  // A port that vanishes between the count and the name has no name.
  const indices = [...all.keys()].filter((index) => all[index] !== '' && !PRIVATE_END.test(all[index]!));
  return { names: distinctNames(indices.map((index) => all[index]!)), indices };
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

import type { Input, Output } from 'easymidi';
import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { ACTIVE_SENSING, ActiveSensing } from './active-sensing.js';
import { type InputDevice, loadAddon, type MidiLibrary, type OutputDevice } from './addon.js';
import { ArrivalClock } from './arrival.js';
import { beneath, destroy, openInput, openOutput } from './beneath.js';
import { REAL_TIME } from './clock.js';
import { SequencerReader } from './connections.js';
import { hintFor } from './hints.js';
import { CONTROLLER, checkMessage } from './message.js';
import { distinctNames, easymidiNames, findPort } from './names.js';
import { MessageParser } from './parser.js';
import type {
  Connections,
  InputPort,
  OnMessage,
  OnRealTime,
  OutputPort,
  PortId,
  PortSystem,
} from './port.js';
import { say } from './say.js';

type Device = InputDevice | OutputDevice;
type Kind = 'input' | 'output';
type Opened<P> = { readonly port: P; readonly id: PortId | null };

/** Milliseconds between two looks at a keyboard that senses. */
const SENSING_MS = 250;

/** Names of the clients of ALSA's sequencer that RtMidi makes. */
const CLIENT = { input: 'RtMidi Input Client', output: 'RtMidi Output Client' } as const;

/**
 * The MIDI ports of this computer: ALSA's sequencer, CoreMIDI or Windows MM. Works on the main thread and in workers,
 * each with a system of its own. `now` is the clock that incoming messages are stamped with.
 *
 * Ports are opened and played through easymidi; beneath.ts says what is taken from the addon that it wraps. Lists come
 * from two devices of the addon that are kept, since each list and each opened port of easymidi leaves a client of ALSA's
 * sequencer behind until the garbage is collected. Measured in one process on Linux, which got 64 clients and no more:
 * easymidi.getInputs() failed the 65th time, a virtual input that was opened and closed by easymidi the 33rd time, one
 * that was destroyed too the 64th time; aconnect, tried then, could not open the sequencer either. The ports here were
 * opened and closed 200 times, a virtual input and an output to it, and no client was left.
 *
 * Throws MIDI_UNAVAILABLE, with what to do.
 */
export async function openSystemPorts(now: () => Seconds): Promise<PortSystem> {
  return new SystemPorts(await loadAddon(), now);
}

class SystemPorts implements PortSystem {
  /** The devices that lists are made with, once; see openSystemPorts. They hold no port. */
  readonly #listers: { input?: Device; output?: Device } = {};
  readonly #sequencer = new SequencerReader();

  constructor(
    readonly library: MidiLibrary,
    readonly now: () => Seconds,
  ) {}

  list(): { inputs: string[]; outputs: string[] } {
    return { inputs: this.#ports('input').names, outputs: this.#ports('output').names };
  }

  connections(): Connections | null {
    return this.#sequencer.read();
  }

  openInput(wanted: string, onMessage: OnMessage, onRealTime?: OnRealTime): InputPort {
    const { name, easymidiName } = this.#find(wanted, 'input');
    const open = () => opened('input', name, () => openInput(this.library, easymidiName, false));
    return this.#listen(name, this.#sequencer.watch(CLIENT.input, open), onMessage, onRealTime);
  }

  openOutput(wanted: string): OutputPort {
    const { name, easymidiName } = this.#find(wanted, 'output');
    const open = () => opened('output', name, () => openOutput(this.library, easymidiName, false));
    return speak(name, this.#sequencer.watch(CLIENT.output, open));
  }

  openVirtualInput(name: string, onMessage: OnMessage, onRealTime?: OnRealTime): InputPort {
    const open = () => openedVirtual(name, () => openInput(this.library, name, true));
    return this.#listen(name, this.#sequencer.watch(CLIENT.input, open), onMessage, onRealTime);
  }

  openVirtualOutput(name: string): OutputPort {
    const open = () => openedVirtual(name, () => openOutput(this.library, name, true));
    return speak(name, this.#sequencer.watch(CLIENT.output, open));
  }

  #listen(
    name: string,
    { port, id }: Opened<Input>,
    onMessage: OnMessage,
    onRealTime: OnRealTime = () => {},
  ): InputPort {
    const device = beneath(port);
    const parser = new MessageParser();
    const clock = new ArrivalClock();
    let closed = false;
    // A session has no use for system-exclusive dumps: RtMidi drops them on its own thread.
    device.ignoreTypes(true, false, false);
    const sensing = new ActiveSensing();
    let watching: NodeJS.Timeout | undefined;
    /** Sent for a keyboard that is gone: All Notes Off. */
    const look = () => {
      if (!sensing.look(this.now())) return;
      for (let channel = 0; channel < 16; channel++)
        onMessage([CONTROLLER.status | channel, CONTROLLER.allNotesOff, 0], this.now());
    };
    // easymidi's own reading of the messages, see beneath.
    device.removeAllListeners('message');
    device.on('messageBuffer', (delta, bytes) => {
      const time = clock.stamp(delta, this.now());
      const senses = bytes[0] === ACTIVE_SENSING;
      sensing.onByte(senses, time);
      if (senses && !closed) watching ??= setInterval(look, SENSING_MS).unref();
      // What was under way when the port was closed is not delivered.
      for (const byte of bytes) if (byte >= REAL_TIME.tick && !senses && !closed) onRealTime(byte, time);
      for (const message of parser.push(bytes)) if (!closed) onMessage(message, time);
    });
    return {
      name,
      id,
      close() {
        closed = true;
        clearInterval(watching);
        destroy(port);
      },
    };
  }

  /** The names of the port that `wanted` means, ours and easymidi's. */
  #find(wanted: string, kind: Kind): { name: string; easymidiName: string } {
    const { names, easymidiNames } = this.#ports(kind);
    const index = findPort(wanted, names, kind);
    return { name: names[index]!, easymidiName: easymidiNames[index]! };
  }

  /** The ports that could be opened: our names for them, and easymidi's. */
  #ports(kind: Kind): { names: string[]; easymidiNames: string[] } {
    this.#listers[kind] ??= this.#lister(kind);
    const device = this.#listers[kind];
    const all = Array.from({ length: device.getPortCount() }, (_, index) => device.getPortName(index));
    const numbered = easymidiNames(all);
    // A port that vanishes between the count and the name has no name.
    const indices = [...all.keys()].filter((index) => all[index] !== '' && !PRIVATE_END.test(all[index]!));
    return {
      names: distinctNames(indices.map((index) => all[index]!)),
      easymidiNames: indices.map((index) => numbered[index]!),
    };
  }

  #lister(kind: Kind): Device {
    try {
      return new this.library.addon[kind]();
    } catch (cause) {
      throw new ContinuoError(
        'MIDI_UNAVAILABLE',
        `MIDI ports cannot be used: ${reason(cause)}.`,
        hintFor('sequencer'),
        { cause },
      );
    }
  }
}

function speak(name: string, { port, id }: Opened<Output>): OutputPort {
  let closed = false;
  return {
    name,
    id,
    send(message) {
      checkMessage(message);
      if (closed) return;
      try {
        say(port, message);
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
      destroy(port);
    },
  };
}

function opened<P>(kind: Kind, name: string, open: () => P): P {
  try {
    return open();
  } catch (cause) {
    throw new ContinuoError(
      'PORT_OPEN',
      `The MIDI ${kind} "${name}" is there but cannot be opened: ${reason(cause)}.`,
      hintFor('permission'),
      { cause },
    );
  }
}

function openedVirtual<P>(name: string, open: () => P): P {
  if (process.platform === 'win32')
    throw new ContinuoError('MIDI_UNAVAILABLE', 'Windows has no virtual MIDI ports.', hintFor('virtual'));
  try {
    return open();
  } catch (cause) {
    throw new ContinuoError(
      'PORT_OPEN',
      `A virtual MIDI port "${name}" cannot be opened: ${reason(cause)}.`,
      hintFor('virtual'),
      { cause },
    );
  }
}

/** RtMidi's own ends of open ports, of this program or another: ALSA shows them as ports, but nobody is to connect there. */
const PRIVATE_END = /^RtMidi (Input|Output) Client:RtMidi (Input|Output) \d+:\d+$/;

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

import type { Seconds } from '../music/units.js';
import { checkMessage } from './message.js';
import { distinctNames, findPort } from './names.js';
import type {
  Connections,
  InputPort,
  MidiMessage,
  OnMessage,
  OnRealTime,
  OutputPort,
  PortId,
  PortSystem,
} from './port.js';

/** A virtual cable: every listener receives what any end sends. */
interface Wire {
  readonly name: string;
  readonly listeners: Set<OnMessage>;
  readonly clocks: Set<OnRealTime>;
  /** The device and the ports that were opened on it, while it is there. */
  readonly ends: Set<PortId>;
}

/** A message that a synth in memory received, and when. */
export interface Received {
  readonly message: MidiMessage;
  readonly time: Seconds;
}

/**
 * Ports in memory, for tests: messages arrive at once, stamped with the clock that is handed in. `tells`: whether it says how
 * ports are connected, as ALSA does.
 */
export class MemoryPorts implements PortSystem {
  readonly #inputs: Wire[] = [];
  readonly #outputs: Wire[] = [];
  #nextId: PortId = 128;
  readonly #lost = new Map<PortId, number>();
  #told: { readonly all: string; readonly connections: Connections } | undefined;

  constructor(
    readonly now: () => Seconds,
    private readonly tells = true,
  ) {}

  /** Each open port, and each device, is an end of one wire. */
  connections(): Connections | null {
    if (!this.tells) return null;
    const wires = [...this.#inputs, ...this.#outputs].map(({ ends }) => [...ends]);
    const all = JSON.stringify([wires, [...this.#lost]]);
    if (this.#told?.all !== all) this.#told = { all, connections: this.#connections() };
    return this.#told.connections;
  }

  #connections(): Connections {
    const wires = [...this.#inputs, ...this.#outputs].map(({ ends }) => [...ends]);
    const lost = new Map(this.#lost);
    const wireOf = (port: PortId) => wires.find((ends) => ends.includes(port)) ?? [];
    return {
      peers: (port) =>
        wireOf(port)
          .filter((end) => end !== port)
          .map(String),
      loops: (output, input) => wireOf(output).includes(input),
      lost: (input) => lost.get(input) ?? 0,
    };
  }

  /** Loses some messages to the listeners of `name`. */
  lose(name: string, messages: number): void {
    for (const wire of [...this.#inputs, ...this.#outputs])
      if (wire.name === name)
        for (const end of wire.ends) this.#lost.set(end, (this.#lost.get(end) ?? 0) + messages);
  }

  list(): { inputs: string[]; outputs: string[] } {
    return { inputs: names(this.#inputs), outputs: names(this.#outputs) };
  }

  openInput(name: string, onMessage: OnMessage, onRealTime?: OnRealTime): InputPort {
    const index = findPort(name, names(this.#inputs), 'input');
    return this.#listen(names(this.#inputs)[index]!, this.#inputs[index]!, { onMessage, onRealTime });
  }

  openOutput(name: string): OutputPort {
    const index = findPort(name, names(this.#outputs), 'output');
    return this.#speak(names(this.#outputs)[index]!, this.#outputs[index]!);
  }

  openVirtualInput(name: string, onMessage: OnMessage, onRealTime?: OnRealTime): InputPort {
    const wire = plug(this.#outputs, name);
    return this.#listen(name, wire, { onMessage, onRealTime }, () => unplug(this.#outputs, wire));
  }

  openVirtualOutput(name: string): OutputPort {
    const wire = plug(this.#inputs, name);
    return this.#speak(name, wire, () => unplug(this.#inputs, wire));
  }

  /** Plugs in a keyboard, which can be opened as an input. What it sends after `unplug` is dropped. */
  plugKeyboard(name: string): {
    play(message: MidiMessage): void;
    /** A system real-time message. */
    clock(status: number): void;
    unplug(): void;
  } {
    const wire = plug(this.#inputs, name);
    return {
      play: this.#speak(name, wire).send,
      clock: (status) => {
        for (const listener of wire.clocks) listener(status, this.now());
      },
      unplug: () => unplug(this.#inputs, wire),
    };
  }

  /** Plugs in a synth, which can be opened as an output. `received` are its messages, in order. */
  plugSynth(name: string): { readonly received: readonly Received[]; unplug(): void } {
    const wire = plug(this.#outputs, name);
    const received: Received[] = [];
    wire.ends.add(this.#nextId++);
    wire.listeners.add((message, time) => received.push({ message, time }));
    return { received, unplug: () => unplug(this.#outputs, wire) };
  }

  #listen(
    name: string,
    wire: Wire,
    handlers: { readonly onMessage: OnMessage; readonly onRealTime: OnRealTime | undefined },
    close = () => {},
  ): InputPort {
    const listener: OnMessage = (message, time) => handlers.onMessage(message, time);
    const clock: OnRealTime = (status, time) => handlers.onRealTime?.(status, time);
    const id = this.#nextId++;
    wire.listeners.add(listener);
    wire.clocks.add(clock);
    wire.ends.add(id);
    return {
      name,
      id,
      close: () => {
        wire.listeners.delete(listener);
        wire.clocks.delete(clock);
        wire.ends.delete(id);
        close();
      },
    };
  }

  #speak(name: string, wire: Wire, onClose = () => {}): OutputPort {
    let open = true;
    const id = this.#nextId++;
    wire.ends.add(id);
    return {
      name,
      id,
      send: (message) => {
        checkMessage(message);
        if (open) for (const listener of wire.listeners) listener(message, this.now());
      },
      close: () => {
        open = false;
        wire.ends.delete(id);
        onClose();
      },
    };
  }
}

const names = (wires: readonly Wire[]) => distinctNames(wires.map(({ name }) => name));

function plug(wires: Wire[], name: string): Wire {
  const wire: Wire = { name, listeners: new Set(), clocks: new Set(), ends: new Set() };
  wires.push(wire);
  return wire;
}

function unplug(wires: Wire[], wire: Wire): void {
  const index = wires.indexOf(wire);
  if (index >= 0) wires.splice(index, 1);
  wire.listeners.clear();
  wire.clocks.clear();
  wire.ends.clear();
}

import type { Seconds } from '../music/units.js';
import { checkMessage } from './message.js';
import { distinctNames, findPort } from './names.js';
import type { InputPort, MidiMessage, OutputPort, PortSystem } from './port.js';

type Listener = (message: MidiMessage, time: Seconds) => void;

/** One end that messages pass through: everybody who listens hears what anybody sends. */
interface Wire {
  readonly name: string;
  readonly listeners: Set<Listener>;
}

/** A message that a synth in memory received, and when. */
export interface Received {
  readonly message: MidiMessage;
  readonly time: Seconds;
}

/** Ports in memory, for tests: messages arrive at once, stamped with the clock that is handed in. */
export class MemoryPorts implements PortSystem {
  readonly #inputs: Wire[] = [];
  readonly #outputs: Wire[] = [];

  constructor(readonly now: () => Seconds) {}

  list(): { inputs: string[]; outputs: string[] } {
    return { inputs: names(this.#inputs), outputs: names(this.#outputs) };
  }

  openInput(name: string, onMessage: Listener): InputPort {
    const index = findPort(name, names(this.#inputs), 'input');
    return this.#listen(names(this.#inputs)[index]!, this.#inputs[index]!, onMessage);
  }

  openOutput(name: string): OutputPort {
    const index = findPort(name, names(this.#outputs), 'output');
    return this.#speak(names(this.#outputs)[index]!, this.#outputs[index]!);
  }

  openVirtualInput(name: string, onMessage: Listener): InputPort {
    const wire = plug(this.#outputs, name);
    return this.#listen(name, wire, onMessage, () => unplug(this.#outputs, wire));
  }

  openVirtualOutput(name: string): OutputPort {
    const wire = plug(this.#inputs, name);
    return this.#speak(name, wire, () => unplug(this.#inputs, wire));
  }

  /** A keyboard of that name: an input for whoever opens it. What is played after `unplug` goes nowhere. */
  plugKeyboard(name: string): { play(message: MidiMessage): void; unplug(): void } {
    const wire = plug(this.#inputs, name);
    return { play: this.#speak(name, wire).send, unplug: () => unplug(this.#inputs, wire) };
  }

  /** A synth of that name: an output for whoever opens it. `received` is what came, in order. */
  plugSynth(name: string): { readonly received: readonly Received[]; unplug(): void } {
    const wire = plug(this.#outputs, name);
    const received: Received[] = [];
    wire.listeners.add((message, time) => received.push({ message, time }));
    return { received, unplug: () => unplug(this.#outputs, wire) };
  }

  #listen(name: string, wire: Wire, onMessage: Listener, close = () => {}): InputPort {
    const listener: Listener = (message, time) => onMessage(message, time);
    wire.listeners.add(listener);
    return {
      name,
      close: () => {
        wire.listeners.delete(listener);
        close();
      },
    };
  }

  #speak(name: string, wire: Wire, onClose = () => {}): OutputPort {
    let open = true;
    return {
      name,
      send: (message) => {
        checkMessage(message);
        if (open) for (const listener of wire.listeners) listener(message, this.now());
      },
      close: () => {
        open = false;
        onClose();
      },
    };
  }
}

const names = (wires: readonly Wire[]) => distinctNames(wires.map(({ name }) => name));

function plug(wires: Wire[], name: string): Wire {
  const wire: Wire = { name, listeners: new Set() };
  wires.push(wire);
  return wire;
}

function unplug(wires: Wire[], wire: Wire): void {
  const index = wires.indexOf(wire);
  if (index >= 0) wires.splice(index, 1);
  wire.listeners.clear();
}

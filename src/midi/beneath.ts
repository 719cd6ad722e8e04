import type { Input, Output } from 'easymidi';
import type { InputDevice, MidiLibrary, OutputDevice } from './addon.js';

/**
 * The addon's object beneath a port of easymidi, in a property that its types do not tell of. It is needed for what
 * easymidi hides:
 * - the time between messages, which easymidi drops and ArrivalClock needs;
 * - the bytes: easymidi reads no running status, and its reading of a system-exclusive dump in several packets ends in a
 *   ReferenceError that nothing catches ("sysex is not defined", 3.2.0);
 * - ignoreTypes, to be spared dumps and clock ticks;
 * - destroy, since close() leaves the client of ALSA's sequencer behind, and a virtual port with it.
 */
export function beneath(port: Input): InputDevice;
export function beneath(port: Output): OutputDevice;
export function beneath(port: Input | Output): InputDevice | OutputDevice;
export function beneath(port: Input | Output): InputDevice | OutputDevice {
  const holder = port as unknown as { _input: InputDevice } | { _output: OutputDevice };
  return '_input' in holder ? holder._input : holder._output;
}

/**
 * Opens a port of easymidi by easymidi's own name for it, or a virtual one. Each opening makes a second device to list ports with,
 * which easymidi closes but never destroys, and a port that fails to open is not destroyed either: each leaves a
 * sequencer client behind until the garbage is collected. So the addon's class is watched during the call, and what the
 * call made beside the port is destroyed. Throws what easymidi and the addon throw.
 */
export function openInput(library: MidiLibrary, name: string, virtual: boolean): Input {
  return withoutLitter(library.addon, 'input', () => new library.easymidi.Input(name, virtual));
}

/** The same for an output. */
export function openOutput(library: MidiLibrary, name: string, virtual: boolean): Output {
  return withoutLitter(library.addon, 'output', () => new library.easymidi.Output(name, virtual));
}

/** Ports stay open until they are closed: the garbage collector would close an output that nobody holds, its virtual port too. */
const open = new Set<Input | Output>();

/** Closes a port that was opened here, and frees its client and its virtual port. May be called twice. */
export function destroy(port: Input | Output): void {
  open.delete(port);
  beneath(port).destroy();
}

function withoutLitter<P extends Input | Output>(
  addon: MidiLibrary['addon'],
  kind: 'input' | 'output',
  make: () => P,
): P {
  const Class = addon[kind];
  const made: (InputDevice | OutputDevice)[] = [];
  const watched = new Proxy(Class, {
    construct(target) {
      const device = new target();
      made.push(device);
      return device;
    },
  });
  let kept: InputDevice | OutputDevice | undefined;
  Object.assign(addon, { [kind]: watched });
  try {
    const port = make();
    kept = beneath(port);
    open.add(port);
    return port;
  } finally {
    Object.assign(addon, { [kind]: Class });
    for (const device of made) if (device !== kept) device.destroy();
  }
}

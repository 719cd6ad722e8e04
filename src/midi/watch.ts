import type { PortSystem } from './port.js';

export type PortList = ReturnType<PortSystem['list']>;

/**
 * Looks at `system` now and then, since no driver tells when a device is plugged in or out, and calls `onChange` with
 * what is there when that has changed. `repeat` begins to call a function every so often and returns what ends it.
 * A list that fails counts as an empty one: a vanished sequencer has no ports.
 */
export function watchPorts(
  system: PortSystem,
  onChange: (ports: PortList, before: PortList) => void,
  repeat: (look: () => void) => () => void = everySecond,
): () => void {
  let known = look(system);
  return repeat(() => {
    const ports = look(system);
    if (same(ports.inputs, known.inputs) && same(ports.outputs, known.outputs)) return;
    const before = known;
    known = ports;
    onChange(ports, before);
  });
}

function look(system: PortSystem): PortList {
  try {
    return system.list();
  } catch {
    return { inputs: [], outputs: [] };
  }
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, index) => name === b[index]);

/** A watch alone does not keep the process alive. */
function everySecond(look: () => void): () => void {
  const timer = setInterval(look, 1000).unref();
  return () => clearInterval(timer);
}

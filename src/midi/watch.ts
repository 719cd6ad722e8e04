import type { Connections, PortSystem } from './port.js';

type PortList = ReturnType<PortSystem['list']>;

/** What ports there are and how they are connected, at one moment. */
export interface Look {
  readonly ports: PortList;
  /** Null where the system does not tell. */
  readonly connections: Connections | null;
}

/** Milliseconds between two looks: where the system tells how ports are connected a look costs little, else it lists them all. */
const OFTEN_MS = 250;
const SELDOM_MS = 1000;

/**
 * Looks at `system` now and then, since no driver tells when a device is plugged in or out, and calls `onLook` with what it sees;
 * where the system tells how ports are connected, only when something has changed, or while `onLook` returns that something is
 * left to do, or `wanted` is so. There a port shows that was closed and opened again between two looks (ALSA). `repeat` begins to
 * call a function every so many milliseconds and returns what ends it. A list that fails counts as an empty one: a vanished
 * sequencer has no ports.
 */
export function watchPorts(
  system: PortSystem,
  onLook: (now: Look, before: Look) => boolean,
  repeat: (look: () => void, milliseconds: number) => () => void = every,
  wanted: () => boolean = () => false,
): () => void {
  let known = look(system);
  let unfinished = false;
  const again = () => {
    const connections = system.connections();
    const same = connections !== null && connections === known.connections;
    if (same && !unfinished && !wanted()) return;
    const before = known;
    known = same ? known : { ports: list(system), connections };
    unfinished = onLook(known, before);
  };
  return repeat(again, known.connections ? OFTEN_MS : SELDOM_MS);
}

/** What there is now. */
function look(system: PortSystem): Look {
  // In this order: what changes in between shows in the next look.
  const connections = system.connections();
  return { ports: list(system), connections };
}

function list(system: PortSystem): PortList {
  try {
    return system.list();
  } catch {
    return { inputs: [], outputs: [] };
  }
}

/** A watch alone does not keep the process alive. */
function every(look: () => void, milliseconds: number): () => void {
  const timer = setInterval(look, milliseconds).unref();
  return () => clearInterval(timer);
}

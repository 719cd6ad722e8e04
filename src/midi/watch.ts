import type { Connections, PortSystem } from './port.js';

type PortList = ReturnType<PortSystem['list']>;

/** The ports and their connections at one moment. */
export interface Look {
  readonly ports: PortList;
  /** Null where the system does not tell. */
  readonly connections: Connections | null;
}

/** Polling intervals in milliseconds: short where the system tells connections, which is cheap; long where all ports must be listed. */
const OFTEN_MS = 250;
const SELDOM_MS = 1000;

/**
 * Polls `system`, since no driver tells when a device is plugged in or out, and calls `onLook` with the ports now and before. Where the
 * system tells connections, it calls `onLook` only when they have changed, while `onLook` returns true (something is left to do), or
 * while `wanted` returns true; then a port that was closed and opened again between two polls shows too (ALSA). `repeat` calls a
 * function at an interval in milliseconds and returns a function that stops it. A list that fails counts as empty: a vanished
 * sequencer has no ports. Returns a function that stops polling.
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

/** The ports and connections now. */
function look(system: PortSystem): Look {
  // In this order: a change in between shows in the next poll.
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

/** An interval that does not keep the process alive. */
function every(look: () => void, milliseconds: number): () => void {
  const timer = setInterval(look, milliseconds).unref();
  return () => clearInterval(timer);
}

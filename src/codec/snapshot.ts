import type { StreamSnapshot } from './codec.js';

/** Makes an opaque snapshot of a stream's immutable state. */
export function snapshotOf(state: object): StreamSnapshot {
  return state as StreamSnapshot;
}

/** The state in a snapshot that {@link snapshotOf} made. A stream only gets back its own snapshots, so `S` is the type of its state. */
export function stateOf<S extends object>(snapshot: StreamSnapshot): S {
  return snapshot as object as S;
}

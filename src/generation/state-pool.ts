import type { NetworkState, StepEngine } from '../model/engine.js';

/** The network states of one run of decoding: those that are given back are used again. */
export class StatePool {
  readonly #all: NetworkState[] = [];
  readonly #spare: NetworkState[] = [];

  constructor(private readonly engine: StepEngine) {}

  /** A state as in the snapshot, else a zero state. */
  take(snapshot?: Float32Array): NetworkState {
    const spare = this.#spare.pop();
    const state = spare ?? this.engine.createState();
    if (!spare) this.#all.push(state);
    if (snapshot) state.restore(snapshot);
    else if (spare) state.reset();
    return state;
  }

  giveBack(state: NetworkState): void {
    this.#spare.push(state);
  }

  /** Frees all of them, wherever they are. */
  free(): void {
    for (const state of this.#all) state.free();
    this.#all.length = 0;
    this.#spare.length = 0;
  }
}

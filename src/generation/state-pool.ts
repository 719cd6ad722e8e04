import type { NetworkState, StepEngine } from '../model/engine.js';

/** A pool of network states for one run of decoding, so that states are reused. */
export class StatePool {
  readonly #all: NetworkState[] = [];
  readonly #spare: NetworkState[] = [];

  constructor(private readonly engine: StepEngine) {}

  /** Takes a state, restored from `snapshot`, or zero without one. */
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

  /** Frees all states, also those that were not given back. */
  free(): void {
    for (const state of this.#all) state.free();
    this.#all.length = 0;
    this.#spare.length = 0;
  }
}

import type { NetworkState, StepEngine } from '../../../model/engine.js';
import type { Seconds } from '../../../music/units.js';

const REMEMBERED = 64;

/** Wraps an engine and times its steps. */
export class StepTimer implements StepEngine {
  readonly #times = new Float64Array(REMEMBERED);
  #count = 0;

  constructor(
    private readonly engine: StepEngine,
    private readonly clock: () => Seconds,
    /** Called after each step. */
    private readonly stepped: () => void = () => {},
  ) {}

  get name() {
    return this.engine.name;
  }

  get spec() {
    return this.engine.spec;
  }

  get steps() {
    return this.#count;
  }

  createState(): NetworkState {
    return this.engine.createState();
  }

  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    const began = this.clock();
    const logits = this.engine.step(states, tokens);
    this.#times[this.#count++ % REMEMBERED] = this.clock() - began;
    this.stepped();
    return logits;
  }

  dispose(): void {
    this.engine.dispose();
  }

  /** Median duration of recent steps; 0 before the first. */
  median(): Seconds {
    const times = this.#times.slice(0, Math.min(this.#count, REMEMBERED)).sort();
    return times[times.length >> 1] ?? 0;
  }
}

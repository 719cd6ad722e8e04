import type { NetworkState } from '../model/engine.js';

/** What a step gave. Its buffers are written again and again. */
interface Step {
  token: number;
  readonly state: Float32Array;
  readonly logits: Float32Array; // (class)
}

/**
 * Steps that were taken before they were due. Each is recalled if the same tokens come from the same position on, and then state
 * and logits are what the step would have made them, to the bit; any other token, and what was foreseen is void.
 */
export class RehearsedSteps {
  readonly #steps: Step[] = [];
  #from = 0;
  #count = 0;
  /** How many of the steps have come true. */
  #confirmed = 0;

  /** Reads and writes `state` and `logits` (class) in place. */
  constructor(
    private readonly state: NetworkState,
    private readonly logits: Float32Array,
  ) {}

  /** The first step to be added is the one at `position`. */
  begin(position: number): void {
    this.#from = position;
    this.#count = 0;
    this.#confirmed = 0;
  }

  clear(): void {
    this.begin(0);
  }

  /** `token` was stepped, and led to the state and logits as they are. */
  add(token: number): void {
    const step = this.#steps[this.#count];
    if (step) {
      this.state.snapshot(step.state);
      step.logits.set(this.logits);
      step.token = token;
    } else this.#steps.push({ token, state: this.state.snapshot(), logits: this.logits.slice() });
    this.#count++;
  }

  /** Moves state and logits to the last step; returns the position after it. */
  restoreLast(): number {
    const last = this.#steps[this.#count - 1];
    if (last && this.#count > 0) this.#recall(last);
    return this.#from + this.#count;
  }

  /** The token of the next step; undefined where none is foreseen at `position`. */
  tokenAt(position: number): number | undefined {
    if (this.#confirmed >= this.#count || position !== this.#from + this.#confirmed) return undefined;
    return this.#steps[this.#confirmed]!.token;
  }

  /** Moves state and logits past `token` where that step is foreseen; returns false, and forgets the rest, where it is not. */
  confirm(position: number, token: number): boolean {
    if (this.tokenAt(position) !== token) {
      this.clear();
      return false;
    }
    this.#recall(this.#steps[this.#confirmed++]!);
    return true;
  }

  #recall({ state, logits }: Step): void {
    this.state.restore(state);
    this.logits.set(logits);
  }
}

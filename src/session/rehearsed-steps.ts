import type { NetworkState } from '../model/engine.js';

/** What a token was drawn from beside the logits. */
export interface Choice {
  readonly mask: Uint8Array; // (class)
  /** null where the grammar added no bias. */
  readonly biased: Float32Array | null; // (class)
}

/** The result of a step, in buffers that are reused. */
interface Step {
  token: number;
  readonly state: Float32Array;
  readonly logits: Float32Array; // (class)
  /** What it was drawn from; null where nobody asked for that. */
  choice: Choice | null;
}

/**
 * A cache of network steps that were computed before they were due (speculative steps). If the same tokens come from the same
 * position on, state and logits are restored from the cache, to the bit; any other token empties it.
 */
export class RehearsedSteps {
  readonly #steps: Step[] = [];
  #from = 0;
  #count = 0;
  /** How many of the steps were taken for real. */
  #confirmed = 0;
  #choice: Choice | null = null;

  /** Reads and writes `state` and `logits` (class) in place. */
  constructor(
    private readonly state: NetworkState,
    private readonly logits: Float32Array,
  ) {}

  /** Empties the cache; the next step to be added is that of the token at `position`. */
  begin(position: number): void {
    this.#from = position;
    this.#count = 0;
    this.#confirmed = 0;
  }

  clear(): void {
    this.begin(0);
  }

  /** Adds the step of `token`, which led to the present state and logits. */
  add(token: number): void {
    const step = this.#steps[this.#count];
    if (step) {
      this.state.snapshot(step.state);
      step.logits.set(this.logits);
      step.token = token;
      step.choice = this.#choice;
    } else {
      const [state, logits, choice] = [this.state.snapshot(), this.logits.slice(), this.#choice];
      this.#steps.push({ token, state, logits, choice });
    }
    this.#choice = null;
    this.#count++;
  }

  /** Keeps a copy of what the token of the next {@link add} is drawn from, for a tap. */
  keepChoice({ mask, biased }: Choice): void {
    this.#choice = { mask: mask.slice(), biased: biased?.slice() ?? null };
  }

  /** What the token of the next step was drawn from; null where none is cached for `position`, or where that was not kept. */
  choiceAt(position: number): Choice | null {
    return this.tokenAt(position) === undefined ? null : this.#steps[this.#confirmed]!.choice;
  }

  /** Restores state and logits to the end of the last step; returns the position after it. */
  restoreLast(): number {
    const last = this.#steps[this.#count - 1];
    if (last && this.#count > 0) this.#recall(last);
    return this.#from + this.#count;
  }

  /** The token of the next step; undefined where none is cached for `position`. */
  tokenAt(position: number): number | undefined {
    if (this.#confirmed >= this.#count || position !== this.#from + this.#confirmed) return undefined;
    return this.#steps[this.#confirmed]!.token;
  }

  /** Restores state and logits after `token` if that step is cached; else empties the cache and returns false. */
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

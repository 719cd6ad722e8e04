import type { NetworkState } from '../model/engine.js';
import type { Sampler, SamplerSettings } from '../model/sampler.js';
import type { Constraint, LogitBias, Tally } from './constraint.js';
import type { Decoding, Hypothesis } from './decode.js';
import { maskShares } from './mask-shares.js';
import type { StatePool } from './state-pool.js';

export interface SamplingOptions<C, Result> {
  readonly constraint: C;
  /** The token to feed first. */
  readonly startToken: number;
  /** Snapshot of the state before it; default: a zero state. */
  readonly initialState?: Float32Array;
  /** Output that precedes the sequence: the bias is given it, and the result's tokens follow it. */
  readonly priorOutput?: readonly number[];
  readonly bias?: Pick<LogitBias<C>, 'add'> | undefined;
  readonly tally?: Tally;
  readonly sampling: SamplerSettings;
  /** Returns the random number in [0, 1) for the next token that is drawn. */
  readonly random: () => number;
  readonly result: (output: readonly number[]) => Result;
}

/** A sequence that is drawn token by token (ancestral sampling), with one hypothesis. */
export class Sampling<C extends Constraint, Result> implements Decoding<Result>, Hypothesis {
  readonly state: NetworkState;
  readonly #output: number[];
  readonly #mask: Uint8Array;
  next: number;

  constructor(
    private readonly options: SamplingOptions<C, Result>,
    private readonly sampler: Sampler,
    classes: number,
    private readonly states: StatePool,
  ) {
    this.state = states.take(options.initialState);
    this.next = options.startToken;
    this.#output = [...(options.priorOutput ?? [])];
    this.#mask = new Uint8Array(classes);
  }

  active(): readonly Hypothesis[] {
    return [this];
  }

  observe(logits: Float32Array): void {
    const { constraint, bias, tally } = this.options;
    const { forcedToken } = constraint;
    if (forcedToken === undefined) {
      bias?.add(logits, this.#output, constraint);
      this.#draw(logits);
      return;
    }
    if (tally?.forced) bias?.add(logits, this.#output, constraint);
    this.#advance(forcedToken);
    tally?.forced?.(forcedToken, logits);
  }

  #draw(logits: Float32Array): void {
    const { constraint, tally, sampling, random } = this.options;
    const mask = this.#mask.fill(1);
    constraint.forbid(mask);
    if (!tally) {
      this.#advance(this.sampler.draw(logits, sampling, mask, random()));
      return;
    }
    const sample = this.sampler.sample(logits, sampling, mask, random());
    const shares = maskShares(this.sampler, logits, sampling.temperature, mask);
    this.#advance(sample.token);
    tally.drawn(sample, shares);
  }

  #advance(token: number): void {
    this.next = this.options.constraint.advance(token, this.#output);
  }

  settle(): void {}

  get done(): boolean {
    return this.options.constraint.done;
  }

  get result(): Result {
    return this.options.result(this.#output);
  }

  release(): void {
    this.states.giveBack(this.state);
  }
}

import { ContinuoError } from '../errors.js';
import type { NetworkState, StepEngine } from './engine.js';
import { arrayAt, broken, numberAt, objectAt } from './json.js';
import { Past, SHARES } from './recall-past.js';
import { createSampler, type Sampler } from './sampler.js';

/**
 * What a model folder says of recall, under `userDefinedMetadata.continuo.recall`. A recurrent network of this size hardly
 * learns to say a bar again. So its distribution p is mixed with q, what came next wherever the stream stood like this before:
 * (1 - s) p + s q. How far to trust q was counted on training tunes, for each way in which the past can be like the present
 * ({@link Past}). The idea is that of a continuous cache (Grave et al. 2017, arXiv:1612.04426), here over bars.
 */
export interface RecallSpec {
  /** Tokens that end a segment, such as a bar. */
  readonly boundaries: readonly number[];
  /** Share s of q, by the cell of {@link Past.look}. */
  readonly shares: readonly number[];
}

/** Reads a folder's recall; undefined where it has none. Throws MODEL_BROKEN. */
export function parseRecall(value: unknown, classes: number): RecallSpec | undefined {
  if (value === undefined) return undefined;
  const place = 'model.json: userDefinedMetadata.continuo.recall';
  const { boundaries, shares } = objectAt(value, place);
  const numbers = (list: unknown, name: string) =>
    arrayAt(list, `${place}.${name}`).map((each) => numberAt(each, `${place}.${name}`));
  const tokens = numbers(boundaries, 'boundaries');
  const table = numbers(shares, 'shares');
  if (!tokens.every((token) => Number.isInteger(token) && token >= 0 && token < classes))
    throw broken(`${place}.boundaries: expected tokens from 0 to ${classes - 1}`);
  if (table.length !== SHARES || !table.every((share) => share >= 0 && share < 1))
    throw broken(`${place}.shares: expected ${SHARES} numbers from 0 to below 1, got ${table.length}`);
  return { boundaries: tokens, shares: table };
}

/** An engine that remembers, where the folder says so; else the engine itself. */
export function withRecall(engine: StepEngine, spec: RecallSpec | undefined): StepEngine {
  return spec ? new RecallEngine(engine, spec) : engine;
}

class RecallEngine implements StepEngine {
  readonly #boundary: Uint8Array; // (class)
  readonly #sampler: Sampler;
  readonly #inner: NetworkState[] = [];

  constructor(
    private readonly engine: StepEngine,
    private readonly recall: RecallSpec,
  ) {
    this.#boundary = new Uint8Array(engine.spec.inputClasses);
    for (const token of recall.boundaries) this.#boundary[token] = 1;
    this.#sampler = createSampler(engine.spec.outputClasses);
  }

  get name() {
    return this.engine.name;
  }

  get spec() {
    return this.engine.spec;
  }

  get steps() {
    return this.engine.steps;
  }

  createState(): NetworkState {
    return new RecallState(this.engine.createState(), new Past(this.#boundary));
  }

  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    this.#inner.length = states.length;
    for (let i = 0; i < states.length; i++) {
      const state = states[i];
      if (!(state instanceof RecallState))
        throw new ContinuoError('STATE_SHAPE', 'a step got a state that this engine did not make');
      this.#inner[i] = state.inner;
    }
    const logits = this.engine.step(this.#inner, tokens);
    for (let i = 0; i < states.length; i++) {
      const { past } = states[i] as RecallState;
      past.push(tokens[i]!);
      const share = this.recall.shares[past.look()] ?? 0;
      if (share > 0) this.#mix(this.#row(logits, i), past, share);
    }
    return logits;
  }

  /** Raises the logits (class) of what was heard, and leaves the others: a distribution does not change by what all have in common. */
  #mix(logits: Float32Array, past: Past, share: number): void {
    const normaliser = this.#sampler.crossEntropy(logits, 0) + logits[0]!;
    // Of the others, (1 - share) exp(logit - normaliser) is left: as much as if the normaliser were this.
    const others = normaliser - Math.log(1 - share);
    for (let i = 0; i < past.heard; i++) {
      const token = past.tokens[i]!;
      const alone = Math.exp(logits[token]! - normaliser);
      logits[token] = others + Math.log((1 - share) * alone + share * past.shareOf(i));
    }
  }

  #row(logits: Float32Array, i: number): Float32Array {
    const { outputClasses } = this.spec;
    return logits.subarray(i * outputClasses, (i + 1) * outputClasses);
  }

  dispose(): void {
    this.engine.dispose();
  }
}

/** The network's state, then the past: how many tokens, and which. */
class RecallState implements NetworkState {
  readonly size: number;

  constructor(
    readonly inner: NetworkState,
    readonly past: Past,
  ) {
    this.size = inner.size + past.size;
  }

  snapshot(out: Float32Array = new Float32Array(this.size)): Float32Array {
    this.inner.snapshot(this.#first(out));
    this.past.write(out.subarray(this.inner.size));
    return out;
  }

  restore(snapshot: Float32Array): void {
    this.inner.restore(this.#first(snapshot));
    this.past.read(snapshot.subarray(this.inner.size));
  }

  /** The network's part of a snapshot. */
  #first(values: Float32Array): Float32Array {
    if (values.length === this.size) return values.subarray(0, this.inner.size);
    throw new ContinuoError(
      'STATE_SHAPE',
      `expected a snapshot of ${this.size} values, got ${values.length}: it belongs to another network`,
    );
  }

  reset(): void {
    this.inner.reset();
    this.past.clear();
  }

  free(): void {
    this.inner.free();
  }
}

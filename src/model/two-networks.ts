import { ContinuoError } from '../errors.js';
import type { LayerState, NetworkState, PortableSnapshot, StepEngine } from './engine.js';
import type { NetworkSpec } from './spec.js';

/** A correction of a network's logits by the past tokens of one stream. */
export interface LogitCorrection {
  /** Number of float32 values that {@link write} fills. */
  readonly size: number;
  push(token: number): void;
  /** Changes the logits (class) of what may come after the tokens so far. */
  apply(logits: Float32Array): void;
  write(out: Float32Array): void;
  read(values: Float32Array): void;
}

/** One of the two networks. */
export interface NetworkHalf {
  readonly engine: StepEngine;
  /** A token that begins a piece: the network's state is reset before it. */
  readonly resetToken?: number;
  readonly correction?: (() => LogitCorrection) | undefined;
}

/**
 * Two networks as one engine, for a vocabulary of two halves: the second network's tokens follow those of the first. A token
 * steps the network that it belongs to; the logits are those of both, side by side, each from its network's last step. It owns
 * both engines.
 */
export class TwoNetworks implements StepEngine {
  readonly spec: NetworkSpec;
  readonly #halves: readonly [NetworkHalf, NetworkHalf];
  #logits = new Float32Array();

  constructor(first: NetworkHalf, second: NetworkHalf) {
    this.#halves = [first, second];
    const inputClasses = first.engine.spec.outputClasses + second.engine.spec.outputClasses;
    const layers = [...first.engine.spec.layers, ...second.engine.spec.layers];
    const parts = [first.engine.spec.outputClasses, second.engine.spec.outputClasses];
    this.spec = { ...first.engine.spec, inputClasses, layers, outputClasses: inputClasses, parts };
  }

  get name() {
    return this.#halves[0].engine.name;
  }

  get steps() {
    return this.#halves[0].engine.steps + this.#halves[1].engine.steps;
  }

  createState(): NetworkState {
    return new TwoStates(this.#halves);
  }

  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    const { outputClasses } = this.spec;
    if (this.#logits.length !== states.length * outputClasses)
      this.#logits = new Float32Array(states.length * outputClasses);
    for (let index = 0; index < states.length; index++) {
      const state = states[index];
      if (!(state instanceof TwoStates))
        throw new ContinuoError('STATE_SHAPE', 'a step got a state that this engine did not make');
      state.step(tokens[index]!);
      this.#logits.set(state.logits, index * outputClasses);
    }
    return this.#logits;
  }

  get keepGates(): StepEngine['keepGates'] {
    const [first, second] = this.#halves.map(({ engine }) => engine);
    if (!first!.keepGates || !second!.keepGates) return undefined;
    return (on) => {
      first!.keepGates!(on);
      second!.keepGates!(on);
    };
  }

  dispose(): void {
    for (const { engine } of this.#halves) engine.dispose();
  }
}

/** The part of a state that belongs to one network. */
class HalfState {
  readonly state: NetworkState;
  readonly correction: LogitCorrection | undefined;
  readonly #states: readonly [NetworkState];
  readonly #token = new Int32Array(1);

  constructor(
    private readonly half: NetworkHalf,
    /** A view of the common logits, (class) of this network. */
    readonly logits: Float32Array,
  ) {
    this.state = half.engine.createState();
    this.#states = [this.state];
    this.correction = half.correction?.();
  }

  get size(): number {
    return this.state.size + (this.correction?.size ?? 0) + this.logits.length;
  }

  step(token: number): void {
    const { engine, resetToken } = this.half;
    if (token === resetToken) this.state.reset();
    this.#token[0] = token;
    const { logits, correction } = this;
    logits.set(engine.step(this.#states, this.#token).subarray(0, logits.length));
    correction?.push(token);
    correction?.apply(logits);
  }
}

/** The two states' own snapshots, by the array of the common one: a memory restores only arrays that it has filled. */
type InnerSnapshots = readonly [Float32Array, Float32Array];
const INNER_SNAPSHOTS = new WeakMap<Float32Array, InnerSnapshots>();

/** A snapshot has each network's state, correction and logits, since the next token may belong to either. */
class TwoStates implements NetworkState {
  readonly logits: Float32Array;
  readonly #halves: readonly [HalfState, HalfState];
  readonly #classes: number;
  #layers: readonly LayerState[] | undefined;

  constructor([first, second]: readonly [NetworkHalf, NetworkHalf]) {
    this.#classes = first.engine.spec.outputClasses;
    this.logits = new Float32Array(this.#classes + second.engine.spec.outputClasses);
    this.#halves = [
      new HalfState(first, this.logits.subarray(0, this.#classes)),
      new HalfState(second, this.logits.subarray(this.#classes)),
    ];
  }

  get size(): number {
    return this.#halves[0].size + this.#halves[1].size;
  }

  get hidden(): Float32Array {
    return this.#halves[0].state.hidden;
  }

  get layers(): readonly LayerState[] {
    this.#layers ??= this.#halves.flatMap(({ state }) => state.layers);
    return this.#layers;
  }

  step(token: number): void {
    const second = token >= this.#classes;
    this.#halves[second ? 1 : 0].step(second ? token - this.#classes : token);
  }

  snapshot(out: Float32Array = new Float32Array(this.size)): Float32Array {
    this.#check(out);
    let kept = INNER_SNAPSHOTS.get(out);
    if (kept === undefined) {
      kept = [new Float32Array(this.#halves[0].state.size), new Float32Array(this.#halves[1].state.size)];
      INNER_SNAPSHOTS.set(out, kept);
    }
    let at = 0;
    for (const [index, { state, correction, logits }] of this.#halves.entries()) {
      out.set(state.snapshot(kept[index]), at);
      at += state.size;
      const size = correction?.size ?? 0;
      correction?.write(out.subarray(at, at + size));
      out.set(logits, at + size);
      at += size + logits.length;
    }
    return out;
  }

  restore(snapshot: Float32Array): void {
    this.#check(snapshot);
    const kept = INNER_SNAPSHOTS.get(snapshot);
    if (kept === undefined)
      throw new ContinuoError(
        'STATE_SHAPE',
        'a snapshot was copied: what two networks remember is not in its numbers',
      );
    let at = 0;
    for (const [index, { state, correction, logits }] of this.#halves.entries()) {
      state.restore(kept[index]!);
      at += state.size;
      const size = correction?.size ?? 0;
      correction?.read(snapshot.subarray(at, at + size));
      logits.set(snapshot.subarray(at + size, at + size + logits.length));
      at += size + logits.length;
    }
  }

  exportSnapshot(snapshot: Float32Array): PortableSnapshot {
    this.#check(snapshot);
    const kept = INNER_SNAPSHOTS.get(snapshot);
    const halves = kept && this.#halves.map(({ state }, index) => state.exportSnapshot!(kept[index]!));
    return { values: snapshot.slice(), more: halves };
  }

  importSnapshot({ values, more }: PortableSnapshot): Float32Array {
    this.#check(values);
    const snapshot = values.slice();
    const [first, second] = more as readonly [PortableSnapshot, PortableSnapshot];
    const [one, other] = this.#halves;
    INNER_SNAPSHOTS.set(snapshot, [one.state.importSnapshot!(first), other.state.importSnapshot!(second)]);
    return snapshot;
  }

  #check({ length }: Float32Array): void {
    if (length !== this.size)
      throw new ContinuoError(
        'STATE_SHAPE',
        `expected a snapshot of ${this.size} values, got ${length}: it belongs to another network`,
      );
  }

  reset(): void {
    for (const { state, logits } of this.#halves) {
      state.reset();
      logits.fill(0);
    }
  }

  free(): void {
    for (const { state } of this.#halves) state.free();
  }
}

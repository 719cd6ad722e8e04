import { ContinuoError } from '../../errors.js';
import type { LayerState, NetworkState, PortableSnapshot, StepEngine } from '../engine.js';
import type { NetworkSpec } from '../spec.js';

/** A memory of one stream's past tokens, kept beside the network's state. */
export interface Memory {
  /** Number of float32 values that {@link write} fills. */
  readonly size: number;
  /** Writes the memory into `out`. A memory that floats cannot hold may key it by `snapshot`, the array that {@link read} is given. */
  write(out: Float32Array, snapshot: Float32Array): void;
  read(values: Float32Array, snapshot: Float32Array): void;
  /** What {@link write} left beside the floats of `snapshot`, as data; {@link importBeside} puts it beside those of another one. */
  exportBeside?(snapshot: Float32Array): unknown;
  importBeside?(beside: unknown, snapshot: Float32Array): void;
  clear(): void;
  /** Releases large buffers; called once. */
  free?(): void;
}

/** An engine around another whose states have a memory. It owns the inner engine. */
export abstract class MemoryEngine<M extends Memory> implements StepEngine {
  readonly #inner: NetworkState[] = [];

  constructor(
    protected readonly engine: StepEngine,
    readonly spec: NetworkSpec = engine.spec,
  ) {}

  abstract step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array;

  protected abstract createMemory(): M;

  get name() {
    return this.engine.name;
  }

  get steps() {
    return this.engine.steps;
  }

  createState(): NetworkState {
    return new StateWithMemory(this.engine.createState(), this.createMemory());
  }

  /** The inner engine's states of `states`. Throws STATE_SHAPE where this engine did not make one of them. */
  protected inner(states: readonly NetworkState[]): readonly NetworkState[] {
    this.#inner.length = states.length;
    for (let i = 0; i < states.length; i++) {
      const state = states[i];
      if (!(state instanceof StateWithMemory))
        throw new ContinuoError('STATE_SHAPE', 'a step got a state that this engine did not make');
      this.#inner[i] = state.inner;
    }
    return this.#inner;
  }

  protected memory(state: NetworkState): M {
    return (state as StateWithMemory<M>).memory;
  }

  get keepGates(): StepEngine['keepGates'] {
    const { engine } = this;
    return engine.keepGates && ((on) => engine.keepGates!(on));
  }

  dispose(): void {
    this.engine.dispose();
  }
}

/** A state with a memory. Its snapshot is the inner state's, followed by the memory. */
class StateWithMemory<M extends Memory> implements NetworkState {
  readonly size: number;
  #freed = false;

  constructor(
    readonly inner: NetworkState,
    readonly memory: M,
  ) {
    this.size = inner.size + memory.size;
  }

  snapshot(out: Float32Array = new Float32Array(this.size)): Float32Array {
    this.inner.snapshot(this.#first(out));
    this.memory.write(out.subarray(this.inner.size), out);
    return out;
  }

  restore(snapshot: Float32Array): void {
    const first = this.#first(snapshot);
    this.memory.read(snapshot.subarray(this.inner.size), snapshot); // may throw, before anything has changed
    this.inner.restore(first);
  }

  exportSnapshot(snapshot: Float32Array): PortableSnapshot {
    this.#first(snapshot);
    return { values: snapshot.slice(), more: this.memory.exportBeside?.(snapshot) };
  }

  importSnapshot({ values, more }: PortableSnapshot): Float32Array {
    this.#first(values);
    const snapshot = values.slice();
    this.memory.importBeside?.(more, snapshot);
    return snapshot;
  }

  get hidden(): Float32Array {
    return this.inner.hidden;
  }

  get layers(): readonly LayerState[] {
    return this.inner.layers;
  }

  /** The inner state's part of a snapshot. */
  #first(values: Float32Array): Float32Array {
    if (values.length === this.size) return values.subarray(0, this.inner.size);
    throw new ContinuoError(
      'STATE_SHAPE',
      `expected a snapshot of ${this.size} values, got ${values.length}: it belongs to another network`,
    );
  }

  reset(): void {
    this.inner.reset();
    this.memory.clear();
  }

  free(): void {
    if (!this.#freed) this.memory.free?.();
    this.#freed = true;
    this.inner.free();
  }
}

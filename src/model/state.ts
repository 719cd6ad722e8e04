import { ContinuoError } from '../errors.js';
import type { LayerState, NetworkState, PortableSnapshot } from './engine.js';
import { gatesOf } from './gates.js';
import { GATES, type LayerPlace } from './network.js';

/** A state whose floats are in `values`: an array of its own, or a view of an engine's memory. */
export class State implements NetworkState {
  readonly size: number;
  hidden: Float32Array;
  /** The call in which the state was last stepped. */
  #call = -1;
  /** By layer, the sums of the gates (gate, unit), and the call that they are of; {@link keepSums} makes them. */
  #sums: readonly Float32Array[] | undefined;
  #sumsOf = -1;
  #freed = false;
  #layers: readonly LayerState[] | undefined;

  /**
   * @param values for each layer h (unit), and for an LSTM then c (unit)
   * @param places where the layers lie in `values`
   * @param release returns the memory of `values` to its engine
   */
  constructor(
    readonly owner: StateOwner,
    public values: Float32Array,
    private readonly places: readonly LayerPlace[],
    private readonly release: () => void = () => {},
  ) {
    if (owner.freed) throw new ContinuoError('MODEL_FREED', 'the model was freed, then asked for a state');
    this.size = values.length;
    const { h, units } = places.at(-1)!;
    this.hidden = values.subarray(h, h + units);
  }

  get layers(): readonly LayerState[] {
    this.#layers ??= this.places.map((place, index) => this.#layer(place, () => this.#keptSums(index)));
    return this.#layers;
  }

  #layer({ cell, units, h, c }: LayerPlace, sums: () => Float32Array | undefined): LayerState {
    return {
      cell,
      h: this.values.subarray(h, h + units),
      ...(c !== null && { c: this.values.subarray(c, c + units) }),
      get gateSums() {
        return cell === 'rnn' ? undefined : sums();
      },
      get gates() {
        return this.gateSums && gatesOf(this.gateSums, cell);
      },
    };
  }

  /** The sums of the gates of the last step; undefined where they were not kept, or the state is another one since. */
  #keptSums(index: number): Float32Array | undefined {
    return this.#sumsOf >= 0 && this.#sumsOf === this.#call ? this.#sums?.[index] : undefined;
  }

  snapshot(out: Float32Array = new Float32Array(this.size)): Float32Array {
    this.#requireHeld();
    this.#requireSize(out);
    out.set(this.values);
    return out;
  }

  /** The room for the sums of the gates of layer `index` in the step that is being taken. */
  keepSums(index: number): Float32Array {
    this.#sums ??= this.places.map(({ cell, units }) => new Float32Array(GATES[cell] * units));
    this.#sumsOf = this.#call;
    return this.#sums[index]!;
  }

  restore(snapshot: Float32Array): void {
    this.#requireHeld();
    this.#requireSize(snapshot);
    this.values.set(snapshot);
    this.#sumsOf = -1;
  }

  exportSnapshot(snapshot: Float32Array): PortableSnapshot {
    this.#requireSize(snapshot);
    return { values: snapshot.slice() };
  }

  importSnapshot({ values }: PortableSnapshot): Float32Array {
    this.#requireSize(values);
    return values.slice();
  }

  reset(): void {
    this.#requireHeld();
    this.values.fill(0);
    this.#sumsOf = -1;
  }

  free(): void {
    if (this.#freed) return;
    this.#freed = true;
    if (!this.owner.freed) this.release();
  }

  /** Drops the values, so that a reference to this state does not keep the memory of a freed model alive. */
  drop(): void {
    this.values = new Float32Array();
    this.hidden = this.values;
    this.#layers = undefined;
  }

  /** Marks the state as stepped in call number `call`. Throws STATE_SHAPE or MODEL_FREED where `engine` may not step it. */
  claimForStep(engine: StateOwner, call: number): void {
    if (this.owner !== engine)
      throw new ContinuoError('STATE_SHAPE', 'a state was given to another engine than the one that made it');
    this.#requireHeld();
    if (this.#call === call)
      throw new ContinuoError(
        'STATE_SHAPE',
        'one state was given twice in one step: it can take one token at a time',
      );
    this.#call = call;
  }

  #requireHeld(): void {
    if (this.owner.freed || this.#freed)
      throw new ContinuoError(
        'MODEL_FREED',
        `the ${this.owner.freed ? 'model' : 'state'} was freed, then used`,
      );
  }

  #requireSize(snapshot: Float32Array): void {
    if (snapshot.length !== this.size)
      throw new ContinuoError(
        'STATE_SHAPE',
        `expected a snapshot of ${this.size} values, got ${snapshot.length}: it belongs to another network`,
      );
  }
}

/** An engine, as its states see it. */
export interface StateOwner {
  readonly freed: boolean;
  readonly spec: { readonly inputClasses: number };
  /** Number of calls of `step` so far. */
  calls: number;
}

/** Counts a call of `step`, and checks its arguments before any state changes. Throws MODEL_FREED, STATE_SHAPE or TOKEN_RANGE. */
export function checkStep(
  engine: StateOwner,
  states: readonly NetworkState[],
  tokens: ArrayLike<number>,
): void {
  const { inputClasses: classes } = engine.spec;
  const call = engine.calls++;
  if (engine.freed) throw new ContinuoError('MODEL_FREED', 'the model was freed, then asked for a step');
  if (states.length === 0 || states.length !== tokens.length)
    throw new ContinuoError('STATE_SHAPE', `a step got ${states.length} states and ${tokens.length} tokens`);
  for (let i = 0; i < states.length; i++) {
    const state = states[i];
    if (!(state instanceof State))
      throw new ContinuoError('STATE_SHAPE', 'a step got a state that no engine made');
    state.claimForStep(engine, call);
    const token = tokens[i]!;
    if (!(token >= 0 && token < classes && Number.isInteger(token)))
      throw new ContinuoError('TOKEN_RANGE', `expected a token from 0 to ${classes - 1}, got ${token}`);
  }
}

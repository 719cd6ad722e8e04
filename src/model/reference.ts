import type { NetworkState, StepEngine } from './engine.js';
import { sigmoid } from './gates.js';
import { GATES, type LayerWeights, layerPlaces, type Network, stateOffset, stateSize } from './network.js';
import type { NetworkSpec } from './spec.js';
import { checkStep, State } from './state.js';

/**
 * The step in plain TypeScript, the reference that every other engine is tested against. Values are float32, sums float64;
 * the formulas are those of Keras 2.
 */
export class ReferenceEngine implements StepEngine {
  readonly name = 'reference';
  readonly spec: NetworkSpec;
  freed = false;
  #steps = 0;
  calls = 0;
  #network: Network | undefined;

  // Working arrays of a step, allocated once.
  readonly #offsets: number[]; // (layer) where its h begins in a state
  readonly #sums: Float64Array; // (gate x unit) of the widest layer, or (class)
  readonly #reset: Float32Array; // (unit) r * h of a GRU
  #logits: Float32Array; // (session, class)

  /** How many want the gates. */
  #gateViewers: number;

  /** @param gates whether states show the gates of their last step */
  constructor(network: Network, gates = false) {
    this.#gateViewers = gates ? 1 : 0;
    this.#network = network;
    this.spec = network.spec;
    const { layers, outputClasses } = network.spec;
    this.#offsets = layers.map((_, index) => stateOffset(network.spec, index));
    const widths = layers.map(({ cell, units }) => GATES[cell] * units);
    this.#sums = new Float64Array(Math.max(...widths, outputClasses));
    this.#reset = new Float32Array(Math.max(...layers.map(({ units }) => units)));
    this.#logits = new Float32Array(outputClasses);
  }

  get steps(): number {
    return this.#steps;
  }

  createState(): NetworkState {
    return new State(this, new Float32Array(stateSize(this.spec)), layerPlaces(this.spec));
  }

  keepGates(on: boolean): void {
    this.#gateViewers += on ? 1 : -1;
  }

  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    checkStep(this, states, tokens);
    const classes = this.spec.outputClasses;
    if (this.#logits.length !== states.length * classes)
      this.#logits = new Float32Array(states.length * classes);
    for (let i = 0; i < states.length; i++) {
      const logits = this.#logits.subarray(i * classes, (i + 1) * classes);
      this.#forward(states[i] as State, tokens[i]!, logits);
      this.#steps++;
    }
    return this.#logits;
  }

  /** Feeds a token into a session's `state`, in place, and writes `logits` (class). */
  #forward(of: State, token: number, logits: Float32Array): void {
    const { values: state } = of;
    const { embedding, layers, output } = this.#network!.weights;
    const { spec } = this;
    let input = embedding?.subarray(token * spec.embedding, (token + 1) * spec.embedding);

    for (let l = 0; l < layers.length; l++) {
      const { cell, units } = spec.layers[l]!;
      const weights = layers[l]!;
      const at = this.#offsets[l]!;
      const h = state.subarray(at, at + units);
      const z = this.#sums.subarray(0, GATES[cell] * units);

      z.set(weights.bias);
      // A one-hot input picks a row of the kernel.
      if (input) addProduct(z, input, weights.kernel);
      else addRow(z, weights.kernel, token);

      if (cell === 'lstm') {
        addProduct(z, h, weights.recurrent);
        lstm(z, h, state.subarray(at + units, at + 2 * units));
      } else if (cell === 'gru') gru(z, h, weights, this.#reset);
      else {
        addProduct(z, h, weights.recurrent);
        for (let u = 0; u < units; u++) h[u] = Math.tanh(z[u]!);
      }
      if (this.#gateViewers > 0 && cell !== 'rnn') of.keepSums(l).set(z);
      input = h;
    }

    const sums = this.#sums.subarray(0, spec.outputClasses);
    sums.set(output.bias);
    addProduct(sums, input!, output.kernel);
    logits.set(sums);
  }

  dispose(): void {
    this.freed = true;
    this.#network = undefined;
  }
}

/** c = f c + i tanh(g);  h = o tanh(c).  `z` (gate x unit) holds i, f, g, o before their activations. */
function lstm(z: Float64Array, h: Float32Array, c: Float32Array): void {
  const units = h.length;
  for (let u = 0; u < units; u++) {
    const i = sigmoid(z[u]!);
    const f = sigmoid(z[units + u]!);
    const g = Math.tanh(z[2 * units + u]!);
    const o = sigmoid(z[3 * units + u]!);
    c[u] = f * c[u]! + i * g;
    h[u] = o * Math.tanh(c[u]!);
  }
}

/** h = z h + (1 - z) tanh(x W + (r h) U + b): the reset gate comes before the product. `gates` holds z, r and h's input. */
function gru(gates: Float64Array, h: Float32Array, { recurrent }: LayerWeights, reset: Float32Array): void {
  const units = h.length;
  addProduct(gates, h, recurrent, { begin: 0, end: 2 * units });
  for (let u = 0; u < units; u++) reset[u] = sigmoid(gates[units + u]!) * h[u]!;
  addProduct(gates, reset.subarray(0, units), recurrent, { begin: 2 * units, end: 3 * units });
  for (let u = 0; u < units; u++) {
    const z = sigmoid(gates[u]!);
    h[u] = z * h[u]! + (1 - z) * Math.tanh(gates[2 * units + u]!);
  }
}

/** out[column] += x (row) times matrix (row, column), for the columns from `begin` to `end`. */
function addProduct(
  out: Float64Array,
  x: Float32Array,
  matrix: Float32Array,
  { begin, end }: { readonly begin: number; readonly end: number } = { begin: 0, end: out.length },
): void {
  const width = matrix.length / x.length;
  for (let row = 0; row < x.length; row++) {
    const value = x[row]!;
    const first = row * width;
    for (let column = begin; column < end; column++) out[column]! += value * matrix[first + column]!;
  }
}

function addRow(out: Float64Array, matrix: Float32Array, row: number): void {
  for (let column = 0; column < out.length; column++) out[column]! += matrix[row * out.length + column]!;
}

import type * as tfjs from '@tensorflow/tfjs-core';
import { ContinuoError } from '../errors.js';
import type { EngineName, NetworkState, StepEngine } from './engine.js';
import { layerPlaces, type Network, stateOffset, stateSize } from './network.js';
import type { NetworkSpec } from './spec.js';
import { checkStep, State } from './state.js';

/** The API of TensorFlow.js that is used here: tfjs-core, or tfjs-node, which has the same names. */
export type Tf = typeof tfjs;

/**
 * Imports tfjs with its fastest portable backend: WebAssembly (one thread in Node), else plain JavaScript.
 * Throws ENGINE_UNAVAILABLE where neither starts.
 */
export async function importTfjs(): Promise<Tf> {
  const tf = await import('@tensorflow/tfjs-core');
  const backends = {
    wasm: () => import('@tensorflow/tfjs-backend-wasm'),
    cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  };
  for (const [name, load] of Object.entries(backends)) {
    await load();
    if (await tf.setBackend(name).catch(() => false)) return tf;
  }
  throw new ContinuoError(
    'ENGINE_UNAVAILABLE',
    'no backend of tfjs starts here',
    'Use the default engine (kernel), or reference.',
  );
}

/** One recurrent layer's weights as tensors. */
interface TensorLayer {
  readonly kernel: tfjs.Tensor2D;
  readonly recurrent: tfjs.Tensor2D;
  readonly bias: tfjs.Tensor1D;
}

/** The step in TensorFlow.js operations: an independent implementation that the other engines are compared with. */
export class TfjsEngine implements StepEngine {
  readonly spec: NetworkSpec;
  freed = false;
  #steps = 0;
  calls = 0;
  readonly #embedding: tfjs.Tensor2D | undefined;
  readonly #layers: readonly TensorLayer[];
  readonly #output: { readonly kernel: tfjs.Tensor2D; readonly bias: tfjs.Tensor1D };

  constructor(
    private readonly tf: Tf,
    readonly name: EngineName,
    { spec, weights }: Network,
  ) {
    this.spec = spec;
    const matrix = (values: Float32Array, rows: number) =>
      tf.tensor2d(values, [rows, values.length / rows], 'float32');
    this.#embedding = weights.embedding && matrix(weights.embedding, spec.inputClasses);
    this.#layers = weights.layers.map(({ kernel, recurrent, bias }, index) => ({
      kernel: matrix(kernel, kernel.length / bias.length),
      recurrent: matrix(recurrent, spec.layers[index]!.units),
      bias: tf.tensor1d(bias, 'float32'),
    }));
    this.#output = {
      kernel: matrix(weights.output.kernel, spec.layers.at(-1)!.units),
      bias: tf.tensor1d(weights.output.bias, 'float32'),
    };
  }

  get steps(): number {
    return this.#steps;
  }

  createState(): NetworkState {
    return new State(this, new Float32Array(stateSize(this.spec)), layerPlaces(this.spec));
  }

  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    checkStep(this, states, tokens);
    const held = states as readonly State[];
    this.#steps += states.length;
    return this.tf.tidy(() => this.#forward(held, tokens));
  }

  #forward(states: readonly State[], tokens: ArrayLike<number>): Float32Array {
    const { tf, spec } = this;
    const ids = tf.tensor1d(Array.from(tokens), 'int32');
    let input = this.#embedding && tf.gather(this.#embedding, ids);
    this.#layers.forEach(({ kernel, recurrent, bias }, index) => {
      const { cell, units } = spec.layers[index]!;
      const at = stateOffset(spec, index);
      const h = this.#read(states, at, units);
      // (session, gate x unit). A one-hot token picks its row of the kernel.
      const x = tf.add(input ? tf.matMul(input, kernel) : tf.gather(kernel, ids), bias) as tfjs.Tensor2D;
      if (cell === 'lstm') {
        const [i, f, g, o] = tf.split(tf.add(x, tf.matMul(h, recurrent)), 4, 1) as tfjs.Tensor2D[];
        const c = this.#read(states, at + units, units);
        const cell = tf.add(tf.mul(tf.sigmoid(f!), c), tf.mul(tf.sigmoid(i!), tf.tanh(g!))) as tfjs.Tensor2D;
        this.#write(states, at + units, cell);
        input = tf.mul(tf.sigmoid(o!), tf.tanh(cell));
      } else if (cell === 'gru') {
        const [zx, rx, hx] = tf.split(x, 3, 1) as tfjs.Tensor2D[];
        const [zh, rh, hh] = tf.split(recurrent, 3, 1) as tfjs.Tensor2D[];
        const z = tf.sigmoid(tf.add(zx!, tf.matMul(h, zh!)));
        const r = tf.sigmoid(tf.add(rx!, tf.matMul(h, rh!)));
        const fresh = tf.tanh(tf.add(hx!, tf.matMul(tf.mul(r, h) as tfjs.Tensor2D, hh!)));
        input = tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), fresh));
      } else input = tf.tanh(tf.add(x, tf.matMul(h, recurrent)));
      this.#write(states, at, input!);
    });
    return tf.add(tf.matMul(input!, this.#output.kernel), this.#output.bias).dataSync<'float32'>();
  }

  /** Reads `size` values at `offset` of every state: (session, size). */
  #read(states: readonly State[], offset: number, size: number): tfjs.Tensor2D {
    const values = new Float32Array(states.length * size);
    states.forEach((state, i) => {
      values.set(state.values.subarray(offset, offset + size), i * size);
    });
    return this.tf.tensor2d(values, [states.length, size]);
  }

  #write(states: readonly State[], offset: number, tensor: tfjs.Tensor2D): void {
    const values = tensor.dataSync<'float32'>();
    const size = values.length / states.length;
    states.forEach((state, i) => {
      state.values.set(values.subarray(i * size, (i + 1) * size), offset);
    });
  }

  dispose(): void {
    if (this.freed) return;
    this.freed = true;
    this.#embedding?.dispose();
    for (const { kernel, recurrent, bias } of [...this.#layers]) this.tf.dispose([kernel, recurrent, bias]);
    this.tf.dispose([this.#output.kernel, this.#output.bias]);
  }
}

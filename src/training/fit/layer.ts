import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Tf } from '../../model/tfjs.js';

/**
 * A recurrent layer over a window, with a hand-written backward pass: tfjs' own gradients multiply by transposed matrices, which its WASM
 * backend does up to a hundred times slower than plain products. What can be one large product over all moments of the window is one.
 *
 * Matrices are (time x batch, width): the rows of one moment stand together.
 */
interface LayerPass {
  /** (time x batch, unit) */
  readonly outputs: Tensor2D;
  /** After the last moment: h, and for an LSTM c; (batch, unit) each. */
  readonly state: Tensor2D[];
  /** Backward through time, from the loss's gradient by the outputs. */
  back(dOutputs: Tensor2D, carried?: CarriedGradient): LayerGradients;
}

/**
 * Told on the way back, last moment first, the loss's gradient by the state that moment `t` begins with: h, and for an LSTM c; (batch,
 * unit) each. The tensors are valid during the call.
 */
export type CarriedGradient = (t: number, gradients: readonly Tensor2D[]) => void;

interface LayerGradients {
  /** Gradient by the gates before the activation: (time x batch, gate x unit). */
  readonly gates: Tensor2D;
  /** (unit, gate x unit) */
  readonly recurrent: Tensor2D;
}

/** For each moment the factor of the states before it, (batch, 1): 0 where a piece begins, 1 elsewhere; undefined: all go on. */
export type Keeps = readonly (Tensor2D | undefined)[];

interface LayerWindow {
  /** What inputs and bias bring to the gates, in Keras' order: (time x batch, gate x unit). */
  readonly gates: Tensor2D;
  /** The recurrent kernel: (unit, gate x unit). */
  readonly recurrent: Tensor2D;
  /** As in {@link LayerPass}, before the first moment. */
  readonly state: readonly Tensor2D[];
  readonly keeps: Keeps;
}

/** What a kind of cell does with a window. */
export type Recurrence = (tf: Tf, window: LayerWindow) => LayerPass;

/** Zeroes a state where a piece begins; in the backward pass, its gradient. */
export function kept(tf: Tf, state: Tensor2D, keep: Tensor2D | undefined): Tensor2D {
  return keep ? tf.mul(state, keep) : state;
}

/** The rows of moment `t`. */
export function moment(tf: Tf, rows: Tensor2D, t: number, batch: number): Tensor2D {
  return tf.slice(rows, [t * batch, 0], [batch, rows.shape[1]]);
}

/** tanh computed from the sigmoid, which is ten times faster on the WASM backend. */
export function tanh(tf: Tf, x: Tensor2D): Tensor2D {
  return tf.sub(tf.mul(tf.sigmoid(tf.mul(x, 2)), 2), 1);
}

/** The slope of the sigmoid where its value is `s`. */
export function sigmoidSlope(tf: Tf, s: Tensor2D): Tensor2D {
  return tf.sub(s, tf.square(s));
}

/** a' b: (rows, m), (rows, n) -> (m, n). */
export function transposedProduct(tf: Tf, a: Tensor2D, b: Tensor2D): Tensor2D {
  return tf.matMul(tf.transpose(a), b);
}

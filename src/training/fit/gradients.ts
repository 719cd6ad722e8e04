import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { CellKind, NetworkSpec } from '../../model/spec.js';
import type { Tf } from '../../model/tfjs.js';
import { gru } from './gru.js';
import { type CarriedGradient, type Keeps, type Recurrence, transposedProduct } from './layer.js';
import { lstm } from './lstm.js';
import { simpleRnn } from './simple-rnn.js';
import type { Windows } from './streams.js';

const RECURRENCES: Readonly<Record<CellKind, Recurrence>> = { lstm, gru, rnn: simpleRnn };

/** Probabilities below float32's normal numbers count as this one: no target costs more than 85 nats. */
const SMALLEST = 1e-37;

/** For each layer h, and for an LSTM then c; (batch, unit) each. */
export type LayerStates = Tensor2D[][];

/** The result of one pass over a batch of windows. */
export interface Gradients {
  /** Mean nats a target, or their sum as they count. */
  readonly loss: Tensor;
  /** In the order of `namedWeights`. */
  readonly weights: Tensor[];
  readonly state: LayerStates;
}

/** A network whose weights are tensors, in the order of `namedWeights`. */
export interface TensorNetwork {
  readonly spec: NetworkSpec;
  readonly weights: readonly Tensor[];
}

export interface PassOptions {
  /** What the windows begin with where no piece begins; nothing flows back through it. */
  readonly state: LayerStates;
  /** What multiplies the inputs of each layer, and last those of the output; (batch, width) each. None: no dropout. */
  readonly masks?: readonly Tensor2D[];
  /** How much each target counts, (time x batch). Default: all alike, and together 1. */
  readonly counts?: Float32Array;
  /** Told of each layer what its way back goes through, top layer first. */
  readonly carried?: (layer: number, ...state: Parameters<CarriedGradient>) => void;
}

/**
 * The loss of a batch of windows and its gradients by all weights (truncated backpropagation through time). Call it within tf.tidy: it
 * leaves its tensors to be cleaned up.
 */
export function gradientsOf(
  tf: Tf,
  { spec, weights }: TensorNetwork,
  windows: Windows,
  { state, masks, counts, carried }: PassOptions,
): Gradients {
  const { time, batch } = windows;
  const left = [...weights];
  const take = () => left.shift()! as Tensor2D;
  const tokens = tf.tensor1d(windows.inputs, 'int32');
  const oneHot = rowsOfOnes(tf, tokens, spec.inputClasses);
  const dropped = (rows: Tensor2D, index: number): Tensor2D =>
    masks ? (tf.mul(rows, tf.tile(masks[index]!, [time, 1])) as Tensor2D) : rows;

  const keeps = keepsOf(tf, windows);

  // Forward. Every step notes its way back.
  const back: ((d: Tensor2D) => { gradients: Tensor[]; dInputs?: Tensor2D })[] = [];
  let rows = oneHot;
  if (spec.embedding > 0) {
    const table = take();
    rows = tf.gather(table, tokens);
    back.push((d) => ({ gradients: [transposedProduct(tf, oneHot, d)] }));
  }
  const after = spec.layers.map(({ cell }, index) => {
    const [kernel, recurrent, bias] = [take(), take(), take()];
    // Dropout makes no sense on a one-hot input.
    const inputs = rows === oneHot ? rows : dropped(rows, index);
    const wantsInputs = rows !== oneHot;
    const gates: Tensor2D = tf.add(tf.matMul(inputs, kernel), bias);
    const pass = RECURRENCES[cell](tf, { gates, recurrent, state: state[index]!, keeps });
    back.push((d) => {
      const { gates: dGates, recurrent: dRecurrent } = pass.back(
        d,
        carried && ((t, gradients) => carried(index, t, gradients)),
      );
      const gradients = [transposedProduct(tf, inputs, dGates), dRecurrent, tf.sum(dGates, 0)];
      if (!wantsInputs) return { gradients };
      return { gradients, dInputs: dropped(tf.matMul(dGates, tf.transpose(kernel)), index) };
    });
    rows = pass.outputs;
    return pass.state;
  });
  const [kernel, bias] = [take(), take()];
  const inputs = dropped(rows, spec.layers.length);
  const share = tf.softmax(tf.add(tf.matMul(inputs, kernel), bias) as Tensor2D);
  back.push((d) => ({
    gradients: [transposedProduct(tf, inputs, d), tf.sum(d, 0)],
    dInputs: dropped(tf.matMul(d, tf.transpose(kernel)), spec.layers.length),
  }));

  const wanted = rowsOfOnes(tf, tf.tensor1d(windows.targets, 'int32'), spec.outputClasses);
  const given = tf.sum(tf.mul(share, wanted), 1);
  const nats = tf.neg(tf.log(tf.maximum(given, SMALLEST)));
  const loss = counts ? tf.sum(tf.mul(nats, counts)) : tf.mean(nats);
  const missed: Tensor2D = tf.sub(share, wanted);
  let d: Tensor2D | undefined = counts
    ? tf.mul(missed, tf.tensor2d(counts, [time * batch, 1]))
    : tf.div(missed, time * batch);

  const gradients: Tensor[] = [];
  for (const step of back.reverse()) {
    const { gradients: own, dInputs }: { gradients: Tensor[]; dInputs?: Tensor2D } = step(d!);
    gradients.unshift(...own);
    d = dInputs;
  }
  return { loss, weights: gradients, state: after };
}

function keepsOf(tf: Tf, { time, batch, fresh }: Windows): Keeps {
  return Array.from({ length: time }, (_, t) => {
    const begins = fresh.subarray(t * batch, (t + 1) * batch);
    if (!begins.includes(1)) return undefined;
    return tf.tensor2d(
      Float32Array.from(begins, (here) => 1 - here),
      [batch, 1],
    );
  });
}

/** One-hot rows, one for each token. Computed as integers, because float32 comes out wrong on tfjs 4.22's WASM backend. */
function rowsOfOnes(tf: Tf, tokens: Tensor1D, classes: number): Tensor2D {
  return tf.cast(tf.oneHot(tokens, classes, 1, 0, 'int32') as Tensor2D, 'float32');
}

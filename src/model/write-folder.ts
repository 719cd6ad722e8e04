import type { ModelMetadata } from './folder.js';
import { KERAS_CLASS, layerName, namedWeights } from './named-weights.js';
import type { Network } from './network.js';
import type { NetworkSpec } from './spec.js';

/** The two files of a model folder. */
export interface ModelFiles {
  readonly 'model.json': string;
  /** float16, little-endian. */
  readonly 'weights.bin': Uint8Array;
}

/** What {@link modelFiles} writes besides the weights. */
export interface WrittenModel {
  readonly name: string;
  readonly metadata: ModelMetadata;
  readonly generatedBy: string;
}

/**
 * The files of a model folder that `tf.loadLayersModel` can open. Weights are rounded to float16 (see
 * {@link roundedToFloat16}) and clamped to ±65504.
 */
export function modelFiles(network: Network, { name, metadata, generatedBy }: WrittenModel): ModelFiles {
  const weights = namedWeights(network);
  const bytes = new Uint8Array(2 * weights.reduce((sum, { values }) => sum + values.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { values } of weights) {
    for (const value of values) {
      view.setUint16(at, float16Bits(value), true);
      at += 2;
    }
  }
  const manifest = weights.map(({ name, shape }) => ({
    name,
    shape,
    dtype: 'float32',
    quantization: { dtype: 'float16', original_dtype: 'float32' },
  }));
  const model = {
    format: 'layers-model',
    generatedBy,
    convertedBy: null,
    modelTopology: {
      class_name: 'Sequential',
      config: { name, layers: topology(network.spec) },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    },
    weightsManifest: [{ paths: ['weights.bin'], weights: manifest }],
    userDefinedMetadata: { continuo: metadata },
  };
  return { 'model.json': `${JSON.stringify(model)}\n`, 'weights.bin': bytes };
}

/** The layers as tfjs writes those of a Sequential, with every option that matters. */
function topology(spec: NetworkSpec): object[] {
  const input = { batch_input_shape: [null, null, ...(spec.embedding > 0 ? [] : [spec.inputClasses])] };
  const embedding = {
    class_name: 'Embedding',
    config: {
      name: 'embedding',
      input_dim: spec.inputClasses,
      output_dim: spec.embedding,
      mask_zero: false,
      input_length: null,
      ...input,
      dtype: 'float32',
      trainable: true,
    },
  };
  const recurrent = spec.layers.map(({ cell, units }, index) => ({
    class_name: KERAS_CLASS[cell],
    config: {
      name: layerName(spec, index),
      units,
      activation: 'tanh',
      ...(cell === 'rnn' ? {} : { recurrent_activation: 'sigmoid' }),
      ...(cell === 'gru' ? { reset_after: false } : {}),
      use_bias: true,
      return_sequences: true,
      return_state: false,
      go_backwards: false,
      stateful: false,
      unroll: false,
      dropout: 0,
      recurrent_dropout: 0,
      ...(index === 0 && spec.embedding === 0 ? { ...input, dtype: 'float32' } : {}),
      trainable: true,
    },
  }));
  const output = {
    class_name: 'Dense',
    config: {
      name: 'logits',
      units: spec.outputClasses,
      activation: 'linear',
      use_bias: true,
      trainable: true,
    },
  };
  return [...(spec.embedding > 0 ? [embedding] : []), ...recurrent, output];
}

const LARGEST = 65504;
/** 2^-14: below it float16 numbers are evenly spaced (subnormal). */
const SMALLEST_NORMAL = 2 ** -14;

/** Rounds to the nearest float16 number (IEEE 754 binary16), ties to even. */
export function roundedToFloat16(value: number): number {
  const size = Math.min(Math.abs(value), LARGEST);
  const step = size < SMALLEST_NORMAL ? 2 ** -24 : 2 ** (exponentOf(size) - 10);
  return Math.sign(value) * Math.min(LARGEST, roundHalfToEven(size / step) * step);
}

/** Sign, 5 bits of exponent (bias 15), 10 of fraction. */
function float16Bits(value: number): number {
  const rounded = roundedToFloat16(value);
  const sign = rounded < 0 || Object.is(rounded, -0) ? 0x8000 : 0;
  const size = Math.abs(rounded);
  if (size < SMALLEST_NORMAL) return sign | (size * 2 ** 24);
  const exponent = exponentOf(size);
  return sign | ((exponent + 15) << 10) | (size * 2 ** (10 - exponent) - 1024);
}

/** e where 2^e <= size < 2^(e+1). */
function exponentOf(size: number): number {
  const guess = Math.floor(Math.log2(size));
  // log2 may round up to the next whole number.
  return 2 ** guess > size ? guess - 1 : guess;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return rest > 0.5 ? floor + 1 : floor;
}

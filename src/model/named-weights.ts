import { GATES, inputWidth, type LayerWeights, type Network } from './network.js';
import type { CellKind, NetworkSpec } from './spec.js';

/** A weight of a network with its name in a model folder. */
export interface NamedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Keras' class of each kind of cell. */
export const KERAS_CLASS: Readonly<Record<CellKind, string>> = { lstm: 'LSTM', gru: 'GRU', rnn: 'SimpleRNN' };

/** The name of recurrent layer `index`: `lstm_0`, `gru_1`, `simplernn_2`. */
export function layerName(spec: NetworkSpec, index: number): string {
  return `${KERAS_CLASS[spec.layers[index]!.cell].toLowerCase()}_${index}`;
}

/** All weights in the order of a model folder: embedding, then each layer's, then the output's. The arrays are not copied. */
export function namedWeights({ spec, weights }: Network): NamedWeight[] {
  const units = spec.layers.at(-1)!.units;
  return [
    ...(weights.embedding
      ? [named('embedding/embeddings', [spec.inputClasses, spec.embedding], weights.embedding)]
      : []),
    ...weights.layers.flatMap(({ kernel, recurrent, bias }, index) => {
      const { cell, units } = spec.layers[index]!;
      const name = layerName(spec, index);
      const width = GATES[cell] * units;
      return [
        named(`${name}/kernel`, [inputWidth(spec, index), width], kernel),
        named(`${name}/recurrent_kernel`, [units, width], recurrent),
        named(`${name}/bias`, [width], bias),
      ];
    }),
    named('logits/kernel', [units, spec.outputClasses], weights.output.kernel),
    named('logits/bias', [spec.outputClasses], weights.output.bias),
  ];
}

/** Makes a network from weights in the order of {@link namedWeights}. The arrays are not copied. */
export function networkOf(spec: NetworkSpec, values: readonly Float32Array[]): Network {
  const left = [...values];
  const next = () => left.shift()!;
  const embedding = spec.embedding > 0 ? { embedding: next() } : {};
  const layers = spec.layers.map((): LayerWeights => ({ kernel: next(), recurrent: next(), bias: next() }));
  return { spec, weights: { ...embedding, layers, output: { kernel: next(), bias: next() } } };
}

function named(name: string, shape: readonly number[], values: Float32Array): NamedWeight {
  return { name, shape, values };
}

import type { CellKind, LayerSpec, NetworkSpec } from './spec.js';

/** Weights of a recurrent layer in Keras' layouts. Gate order: LSTM i, f, c, o; GRU z, r, h; SimpleRNN has one. */
export interface LayerWeights {
  /** (input, gate x unit); the input is a one-hot token, an embedding, or h of the layer below. */
  readonly kernel: Float32Array;
  /** (unit, gate x unit) */
  readonly recurrent: Float32Array;
  /** (gate x unit); zeros where the layer has no bias. */
  readonly bias: Float32Array;
}

export interface NetworkWeights {
  /** (token, embedding); absent where the token enters one-hot. */
  readonly embedding?: Float32Array;
  readonly layers: readonly LayerWeights[];
  /** kernel (unit of the last layer, class), bias (class). */
  readonly output: { readonly kernel: Float32Array; readonly bias: Float32Array };
}

/** A network as in a model folder: its shape and float32 weights, not yet laid out for an engine. */
export interface Network {
  readonly spec: NetworkSpec;
  readonly weights: NetworkWeights;
}

/** Number of gates of each kind of cell. */
export const GATES: Readonly<Record<CellKind, number>> = { lstm: 4, gru: 3, rnn: 1 };

/** Width of the input of layer `index`. */
export function inputWidth(spec: NetworkSpec, index: number): number {
  if (index > 0) return spec.layers[index - 1]!.units;
  return spec.embedding > 0 ? spec.embedding : spec.inputClasses;
}

/** Number of float32 values in a session's state: for each layer h, and for an LSTM then c. */
export function stateSize(spec: NetworkSpec): number {
  return spec.layers.reduce((sum, { cell, units }) => sum + (cell === 'lstm' ? 2 * units : units), 0);
}

/** Where the values of a layer lie in a state: offsets in float32 values. */
export interface LayerPlace extends LayerSpec {
  readonly h: number;
  /** null where the layer has no c. */
  readonly c: number | null;
}

/** The places of all layers in a state of {@link stateSize} values. */
export function layerPlaces(spec: NetworkSpec): LayerPlace[] {
  return spec.layers.map(({ cell, units }, index) => {
    const h = stateOffset(spec, index);
    return { cell, units, h, c: cell === 'lstm' ? h + units : null };
  });
}

/** Offset of layer `index` in a state. */
export function stateOffset(spec: NetworkSpec, index: number): number {
  return stateSize({ ...spec, layers: spec.layers.slice(0, index) });
}

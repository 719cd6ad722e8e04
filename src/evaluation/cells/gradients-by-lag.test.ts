import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { kerasNetwork } from '../../model/keras-init.js';
import type { Network } from '../../model/network.js';
import { ReferenceEngine } from '../../model/reference.js';
import type { CellKind } from '../../model/spec.js';
import { gradientsByLag } from './gradients-by-lag.js';

beforeAll(() => tf.setBackend('cpu'));

const CLASSES = 5;
const LAGS = 6;
const tokens = Uint16Array.from([0, 3, 1, 4, 2, 2, 1, 3, 4, 0, 1, 2]);

/** Loss at input `at`, where the state after input `at - lag` was moved by `by` in its value `index`. */
function lossAt(network: Network, at: number, lag: number, index: number, by: number): number {
  const engine = new ReferenceEngine(network);
  const state = engine.createState();
  let logits = new Float32Array(0);
  for (let t = 0; t <= at; t++) {
    logits = engine.step([state], [tokens[t]!]) as typeof logits;
    if (t !== at - lag) continue;
    const values = state.snapshot();
    values[index]! += by;
    state.restore(values);
  }
  const most = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
  return most + Math.log(sum) - logits[tokens[at + 1]!]!;
}

/** d loss / d state by central differences. */
function differences(network: Network, at: number, lag: number): number[] {
  const size = new ReferenceEngine(network).createState().size;
  const by = 2e-3;
  return Array.from(
    { length: size },
    (_, index) => (lossAt(network, at, lag, index, by) - lossAt(network, at, lag, index, -by)) / (2 * by),
  );
}

function norm(values: readonly number[]): number {
  return Math.hypot(...values);
}

describe.each<[CellKind, number]>([
  ['rnn', 1],
  ['gru', 1],
  ['lstm', 1],
  ['gru', 2],
  ['lstm', 2],
])('gradients by lag of %s, layers: %i', (cell, layers) => {
  const units = 4;
  const spec = {
    inputClasses: CLASSES,
    embedding: 3,
    layers: Array.from({ length: layers }, () => ({ cell, units })),
    outputClasses: CLASSES,
  };
  const network = kerasNetwork(spec, 3);

  it('are what finite differences of the loss by the state give', () => {
    const options = { lags: LAGS, places: 100, seed: 1 };
    const found = gradientsByLag(tf, network, [{ tokens }], options);
    const places = Array.from({ length: tokens.length - 1 - (LAGS - 1) }, (_, index) => LAGS - 1 + index);
    expect(found.places).toBe(places.length);
    for (const lag of [1, 2, 5]) {
      const all = places.map((at) => differences(network, at, lag));
      const mean = (of: (gradient: readonly number[]) => number) =>
        all.reduce((sum, gradient) => sum + of(gradient), 0) / all.length;
      expect(found.state[lag - 1]).toBeCloseTo(mean(norm), 3);
      const part = cell === 'lstm' ? 2 * units : units;
      found.layers.forEach(({ h, c }, layer) => {
        const at = layer * part;
        expect(h[lag - 1]).toBeCloseTo(
          mean((gradient) => norm(gradient.slice(at, at + units))),
          3,
        );
        expect(c !== undefined).toBe(cell === 'lstm');
        if (c)
          expect(c[lag - 1]).toBeCloseTo(
            mean((gradient) => norm(gradient.slice(at + units, at + part))),
            3,
          );
      });
    }
    expect(found.state[0]).toBeGreaterThan(1e-3);
  });

  it('leave no tensor behind', () => {
    const before = tf.memory().numTensors;
    gradientsByLag(tf, network, [{ tokens }], { lags: 3, places: 4, seed: 1 });
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('an unlike recurrent matrix makes gradients grow with the lag, or vanish', () => {
  const spec = {
    inputClasses: CLASSES,
    embedding: 0,
    layers: [{ cell: 'rnn' as const, units: 4 }],
    outputClasses: CLASSES,
  };
  const scaled = (by: number) => {
    const { weights } = kerasNetwork(spec, 1);
    const [layer] = weights.layers;
    // Small inputs, so that tanh is nearly the identity and the matrix alone decides.
    const own = {
      ...layer!,
      kernel: layer!.kernel.map((value) => value * 1e-4),
      recurrent: layer!.recurrent.map((value) => value * by),
    };
    return { spec, weights: { ...weights, layers: [own] } };
  };
  const ratio = (by: number) => {
    const { state } = gradientsByLag(tf, scaled(by), [{ tokens }], { lags: 5, places: 50, seed: 1 });
    return state[4]! / state[3]!;
  };
  // The initial matrix is orthogonal, so that a step back multiplies by the factor.
  expect(ratio(1)).toBeCloseTo(1, 3);
  expect(ratio(0.5)).toBeCloseTo(0.5, 3);
  expect(ratio(1.5)).toBeCloseTo(1.5, 3);
});

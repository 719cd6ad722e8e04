import { readFileSync } from 'node:fs';
import * as core from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { afterAll, describe, expect, it } from 'vitest';
import { requireTfjsNode } from '../../src/host/models/tfjs-node.js';
import type { CellKind, NetworkSpec } from '../../src/model/spec.js';
import type { Tf } from '../../src/model/tfjs.js';
import { gradientsOf } from '../../src/training/fit/gradients.js';
import { Optimizer } from '../../src/training/fit/optimizer.js';

/** What training/torch/make_parity.py wrote. */
interface Parity {
  readonly cell: CellKind;
  readonly units: number;
  readonly layers: number;
  readonly embedding: number;
  readonly classes: number;
  readonly time: number;
  readonly batch: number;
  readonly rate: number;
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  readonly fresh: readonly number[];
  readonly state: readonly (readonly number[][])[];
  readonly stateAfter: readonly (readonly number[][])[];
  readonly weights: Readonly<Record<string, number[]>>;
  readonly weightsAfter: Readonly<Record<string, number[]>>;
  readonly loss: number;
}

const cases: Parity[] = JSON.parse(readFileSync(new URL('parity.json', import.meta.url), 'utf8'));
const TOLERANCE = 1e-4;

/** tfjs-node, an optional package, where it is installed. */
function backends(): [string, Tf][] {
  const always: [string, Tf][] = [
    ['cpu', core],
    ['wasm', core],
  ];
  try {
    return [...always, ['tensorflow', requireTfjsNode()]];
  } catch {
    return always;
  }
}

describe.each(backends())(
  'one step of plain descent on tfjs, backend %s, is that of PyTorch',
  (backend, tf) => {
    afterAll(() => tf.disposeVariables());

    it.each(cases)('$layers x $cell', async (golden) => {
      await tf.setBackend(backend);
      const { cell, units, layers, embedding, classes, time, batch } = golden;
      const spec: NetworkSpec = {
        inputClasses: classes,
        embedding,
        layers: Array.from({ length: layers }, () => ({ cell, units })),
        outputClasses: classes,
      };
      const weights = Object.entries(golden.weights).map(([name, values]) =>
        tf.tensor(values, shapeOf(name, values.length, spec), 'float32'),
      );
      const state = golden.state.map((layer) => layer.map((part) => tf.tensor2d(part, [batch, units])));
      const pass = gradientsOf(
        tf,
        { spec, weights },
        {
          time,
          batch,
          inputs: Int32Array.from(golden.inputs),
          targets: Int32Array.from(golden.targets),
          fresh: Uint8Array.from(golden.fresh),
        },
        { state },
      );
      expect(Math.abs(pass.loss.dataSync()[0]! - golden.loss)).toBeLessThan(TOLERANCE);
      pass.state.forEach((layer, index) => {
        layer.forEach((part, which) => {
          expect(furthest(part, golden.stateAfter[index]![which]!)).toBeLessThan(TOLERANCE);
        });
      });
      const after = new Optimizer(tf, 'sgd', weights).update(weights, pass.weights, {
        rate: golden.rate,
        scale: 1,
        step: 1,
      });
      const expected = Object.entries(golden.weightsAfter);
      expect(after).toHaveLength(expected.length);
      for (const [index, [name, values]] of expected.entries()) {
        expect(furthest(after[index]!, values), name).toBeLessThan(TOLERANCE);
        // Every weight has moved, so that a gradient that is left out is noticed.
        expect(furthest(after[index]!, golden.weights[name]!), name).toBeGreaterThan(TOLERANCE);
      }
    });
  },
);

function furthest(tensor: core.Tensor, values: readonly number[]): number {
  const found = tensor.dataSync();
  expect(found).toHaveLength(values.length);
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
}

/** Weights are written row by row, so that a matrix has as many columns as it has values a row. */
function shapeOf(name: string, size: number, { inputClasses, embedding, layers }: NetworkSpec): number[] {
  if (name.endsWith('/bias')) return [size];
  const rows = name.startsWith('embedding/')
    ? inputClasses
    : name.endsWith('_0/kernel')
      ? embedding
      : layers[0]!.units;
  return [rows, size / rows];
}

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { ContinuoError } from '../../errors.js';
import { kerasNetwork } from '../../model/keras-init.js';
import { namedWeights } from '../../model/named-weights.js';
import { type FitResult, fitNetwork } from './fit.js';
import { gradientsOf, type LayerStates } from './gradients.js';
import { FIT_DEFAULTS, type FitSettings, rateAt } from './settings.js';
import { Streams } from './streams.js';

beforeAll(() => tf.setBackend('cpu'));

const CLASSES = 6;
const spec = {
  inputClasses: CLASSES,
  embedding: 4,
  layers: [{ cell: 'lstm' as const, units: 8 }],
  outputClasses: CLASSES,
};
/** Tokens that follow each other in a circle, so that there is something to learn. */
const piece = (number: number, length: number) => ({
  path: `${number}`,
  notes: length,
  seconds: length,
  tokens: Uint16Array.from({ length: length + 1 }, (_, i) =>
    i === 0 ? 0 : 1 + ((i + number) % (CLASSES - 1)),
  ),
});
const data = {
  train: [11, 25, 18, 30].map((length, i) => piece(i, length)),
  valid: [piece(2, 20)],
  // The first of them waits a step: where a piece is stretched, there are more of it.
  ranges: [{ name: 'WAIT', first: 1, fields: [{ name: 'steps', radix: 1 }] }],
};
const settings: FitSettings = {
  ...FIT_DEFAULTS,
  batch: 2,
  window: 8,
  epochs: 6,
  rate: 0.03,
  patience: 0,
  dropout: 0.1,
  stretch: 0.4,
};

function weightsOf({ network }: FitResult): number[][] {
  return namedWeights(network).map(({ values }) => [...values]);
}

describe('fitNetwork', () => {
  it('learns; stopped and gone on with, it gives what it gives uninterrupted, to the bit', async () => {
    const network = kerasNetwork(spec, 1);
    const whole = await fitNetwork(tf, network, data, { settings });
    expect(whole.ended).toBe('epochs');
    expect(whole.curve.at(-1)!.natsPerToken).toBeLessThan(0.7 * whole.curve[0]!.natsPerToken);

    const stop = new AbortController();
    let updates = 0;
    const first = await fitNetwork(tf, network, data, {
      settings,
      signal: stop.signal,
      progress: () => ++updates === 7 && stop.abort(),
    });
    expect(first.ended).toBe('stopped');
    const second = await fitNetwork(tf, network, data, { settings, resume: structuredClone(first.resume) });
    expect(weightsOf(second)).toEqual(weightsOf(whole));
    expect(second.curve.map(({ natsPerToken }) => natsPerToken)).toEqual(
      whole.curve.map(({ natsPerToken }) => natsPerToken),
    );
  });

  it('keeps no tensor', async () => {
    const before = tf.memory().numTensors;
    await fitNetwork(tf, kerasNetwork(spec, 1), data, { settings: { ...settings, epochs: 1 } });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('ends early, and gives the best, where it only gets worse', async () => {
    const learnt = await fitNetwork(tf, kerasNetwork(spec, 1), data, { settings });
    const other = {
      ...data,
      train: [piece(0, 40)].map((one) => ({ ...one, tokens: one.tokens.toReversed() })),
    };
    const result = await fitNetwork(tf, learnt.network, other, {
      settings: { ...settings, epochs: 50, patience: 2 },
    });
    expect(result.ended).toBe('early');
    expect(weightsOf(result)).toEqual(weightsOf(learnt));
  });

  it('says so where the loss is no number, and where there is nothing to learn from', async () => {
    const network = kerasNetwork(spec, 1);
    network.weights.output.bias.fill(Number.NaN);
    const code = (error: unknown) => (error instanceof ContinuoError ? error.code : error);
    expect(await fitNetwork(tf, network, data, { settings }).catch(code)).toBe('TRAINING_DIVERGED');
    const nothing = fitNetwork(tf, kerasNetwork(spec, 1), { ...data, valid: [] }, { settings });
    expect(await nothing.catch(code)).toBe('DATASET_EMPTY');
  });
});

describe('gradientsOf', () => {
  it.each([
    { cell: 'lstm' as const, embedding: 3 },
    { cell: 'gru' as const, embedding: 0 },
    { cell: 'rnn' as const, embedding: 3 },
    { cell: 'rnn' as const, embedding: 0 },
  ])('is the slope of the loss: $cell, embedding $embedding', ({ cell, embedding }) => {
    const shape = {
      inputClasses: 5,
      embedding,
      layers: [
        { cell, units: 3 },
        { cell, units: 4 },
      ],
      outputClasses: 5,
    };
    const windows = {
      time: 4,
      batch: 2,
      inputs: Int32Array.from([0, 1, 2, 3, 4, 0, 1, 2]),
      targets: Int32Array.from([1, 2, 3, 4, 0, 3, 2, 1]),
      // In the second stream a piece begins at the third moment.
      fresh: Uint8Array.from([0, 0, 0, 0, 0, 1, 0, 0]),
    };
    const values = namedWeights(kerasNetwork(shape, 3));
    const masks = [embedding || 5, 3, 4].map((width) =>
      tf.tensor2d(
        Float32Array.from({ length: 2 * width }, (_, i) => (i % 3 === 0 ? 0 : 1.5)),
        [2, width],
      ),
    );
    const state: LayerStates = shape.layers.map(({ units }) =>
      Array.from({ length: cell === 'lstm' ? 2 : 1 }, () => tf.fill([2, units], 0.3) as tf.Tensor2D),
    );
    const pass = (changed?: { index: number; by: number; at: number }) =>
      tf.tidy(() => {
        const weights = values.map((weight, index) => {
          const copy = weight.values.slice();
          if (changed?.index === index) copy[changed.at]! += changed.by;
          return tf.tensor(copy, [...weight.shape]);
        });
        const { loss, weights: gradients } = gradientsOf(tf, { spec: shape, weights }, windows, {
          state,
          masks,
        });
        return {
          loss: loss.dataSync()[0]!,
          gradients: gradients.map((gradient) => [...gradient.dataSync()]),
        };
      });
    const { gradients } = pass();
    const by = 0.01;
    for (const [index, gradient] of gradients.entries()) {
      for (let at = 0; at < gradient.length; at += 5) {
        const slope = (pass({ index, by, at }).loss - pass({ index, by: -by, at }).loss) / (2 * by);
        expect(Math.abs(slope - gradient[at]!), `${values[index]!.name} ${at}`).toBeLessThan(1e-3);
      }
    }
  });
});

describe('Streams', () => {
  it('reads every piece once an epoch, each from its beginning to its end', () => {
    const pieces = [5, 9, 3, 12].map((length, i) => ({
      tokens: Uint16Array.from({ length }, (_, at) => 100 * i + at),
    }));
    const streams = new Streams(pieces, { batch: 1, window: 4, seed: 5 });
    // The first piece is joined somewhere.
    const heard: number[][] = [[]];
    for (let i = 0; i < 40; i++) {
      const { inputs, targets, fresh } = streams.windows();
      for (const [t, target] of targets.entries()) {
        if (fresh[t]) heard.push([]);
        heard.at(-1)!.push(inputs[t]!);
        expect(target).toBe(inputs[t]! + 1);
      }
    }
    const epoch = heard
      .filter(({ length }) => length > 0)
      .slice(4, 8)
      .map((inputs) => inputs.join());
    const whole = pieces.map(({ tokens }) => tokens.slice(0, -1).join());
    expect(epoch.toSorted()).toEqual(whole.toSorted());
  });

  it('varies each piece by its place, also where it goes on from a position', () => {
    const pieces = [7, 12].map((length) => ({ tokens: new Uint16Array(length) }));
    const places = () =>
      new Streams(pieces, { batch: 2, window: 4, seed: 5 }, ({ length }, place) => Array(length).fill(place));
    const streams = places();
    for (let i = 0; i < 9; i++) streams.windows();
    const other = places();
    other.position = structuredClone(streams.position);
    for (let i = 0; i < 9; i++) {
      const windows = other.windows();
      expect(windows).toEqual(streams.windows());
      expect([...windows.inputs.slice(-2)]).toEqual(other.position.places);
    }
  });
});

describe('rateAt', () => {
  it('rises, then falls along half a cosine', () => {
    const shape = { rate: 1, finalRate: 0.1, warmup: 0.2 };
    expect(rateAt(0.1, shape)).toBeCloseTo(0.5);
    expect(rateAt(0.2, shape)).toBeCloseTo(1);
    expect(rateAt(0.6, shape)).toBeCloseTo(0.55);
    expect(rateAt(1, shape)).toBeCloseTo(0.1);
  });
});

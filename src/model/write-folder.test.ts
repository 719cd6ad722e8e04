import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseModel } from './folder.js';
import { kerasNetwork } from './keras-init.js';
import { namedWeights, networkOf } from './named-weights.js';
import type { CellKind, NetworkSpec } from './spec.js';
import { modelFiles, roundedToFloat16 } from './write-folder.js';

const specs: NetworkSpec[] = (['lstm', 'gru', 'rnn'] as CellKind[]).flatMap((cell) =>
  [0, 3].map((embedding) => ({
    inputClasses: 7,
    embedding,
    layers: [
      { cell, units: 5 },
      { cell, units: 4 },
    ],
    outputClasses: 7,
  })),
);

describe('modelFiles', () => {
  it.each(specs)(
    'is read again as the network that it was: $layers.0.cell, embedding $embedding',
    async (spec) => {
      const network = kerasNetwork(spec, 1);
      const metadata = { codec: 'c', vocabularyHash: 'h', startToken: 2, more: 'kept' };
      const files = modelFiles(network, { name: 'm', metadata, generatedBy: 'test' });
      const read = await parseModel(files['model.json'], () => files['weights.bin']);
      expect(read.metadata).toEqual(metadata);
      const rounded = namedWeights(network).map(({ values }) => values.map(roundedToFloat16));
      expect(read.network).toEqual(networkOf(spec, rounded));
    },
  );
});

describe('roundedToFloat16', () => {
  it('rounds to 11 binary digits, of two to the even one', () => {
    expect(roundedToFloat16(1 + 2 ** -11)).toBe(1);
    expect(roundedToFloat16(1 + 3 * 2 ** -11)).toBe(1 + 2 ** -9);
    expect(roundedToFloat16(-(2 ** -25))).toBe(-0);
    expect(roundedToFloat16(2 ** -25 * 1.01)).toBe(2 ** -24);
    expect(roundedToFloat16(2 ** -14 - 2 ** -26)).toBe(2 ** -14);
    expect(roundedToFloat16(1e9)).toBe(65504);
    expect(roundedToFloat16(65519)).toBe(65504);
  });

  it('is off by half a step at most', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -14, max: 65504, noNaN: true }), (value) => {
        expect(Math.abs(roundedToFloat16(value) - value)).toBeLessThanOrEqual(value * 2 ** -11);
      }),
    );
  });
});

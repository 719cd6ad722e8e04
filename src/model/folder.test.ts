import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ContinuoError } from '../errors.js';
import { type ParsedModel, parseModel } from './folder.js';
import { kerasNetwork } from './keras-init.js';
import type { NetworkSpec } from './spec.js';
import { folderFiles } from './testing/networks.js';

const spec: NetworkSpec = {
  inputClasses: 9,
  embedding: 4,
  layers: [
    { cell: 'lstm', units: 5 },
    { cell: 'gru', units: 3 },
    { cell: 'rnn', units: 2 },
  ],
  outputClasses: 7,
};
const network = kerasNetwork(spec, 1);

interface Layer {
  class_name: string;
  config: Record<string, unknown>;
}
interface Entry {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: Record<string, unknown>;
}
/** A good folder, to be spoiled: `layer` and `entry` find parts of its model.json. */
function folder(of = network) {
  const { modelJson, shards } = folderFiles(of);
  const topology = modelJson.modelTopology as { class_name: string; config: { layers: Layer[] } };
  const [group] = modelJson.weightsManifest as [{ paths: string[]; weights: Entry[] }];
  const layer = (kind: string) =>
    topology.config.layers.find(({ class_name }) => class_name === kind)!.config;
  return { modelJson, topology, group, layer, shards, bytes: shards.get('weights.bin')! };
}

function parse({
  modelJson,
  shards,
}: {
  modelJson: unknown;
  shards: Map<string, Uint8Array>;
}): Promise<ParsedModel> {
  return parseModel(modelJson, (path) => {
    const bytes = shards.get(path);
    if (!bytes) throw new ContinuoError('MODEL_BROKEN', `no shard ${path}`);
    return bytes;
  });
}

describe('a model folder', () => {
  it('is read as it was written', async () => {
    expect(await parse(folder())).toEqual({ network, metadata: undefined });
    const { modelJson, shards } = folder();
    expect(await parse({ modelJson: JSON.stringify(modelJson), shards })).toEqual({
      network,
      metadata: undefined,
    });
  });

  it('may come in a Buffer, whose bytes lie anywhere in a larger one', async () => {
    const files = folder();
    const buffer = Buffer.alloc(files.bytes.length + 7);
    buffer.set(files.bytes, 3);
    files.shards.set('weights.bin', buffer.subarray(3, -4));
    expect((await parse(files)).network).toEqual(network);
  });

  it('may be one-hot, with or without an InputLayer', async () => {
    const oneHot = kerasNetwork({ ...spec, embedding: 0 }, 2);
    expect((await parse(folder(oneHot))).network).toEqual(oneHot);
    const files = folder(oneHot);
    const config = { name: 'in', batch_input_shape: files.layer('LSTM').batch_input_shape };
    delete files.layer('LSTM').batch_input_shape;
    files.topology.config.layers.unshift({ class_name: 'InputLayer', config });
    expect((await parse(files)).network).toEqual(oneHot);
  });

  it('may come from the Keras converter: model_config, and the cell in the names of weights', async () => {
    const files = folder();
    files.modelJson.modelTopology = { keras_version: '2.11.0', model_config: files.topology };
    files.group.weights[1]!.name = 'lstm_0/lstm_cell_3/kernel';
    expect((await parse(files)).network).toEqual(network);
  });

  it('may have a softmax, no bias, several shards', async () => {
    const files = folder();
    files.layer('Dense').activation = 'softmax';
    files.layer('GRU').use_bias = false;
    const gru = files.group.weights.findIndex(({ name }) => name === 'gru_1/bias');
    const before = files.group.weights
      .slice(0, gru)
      .reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b), 0);
    files.group.weights.splice(gru, 1);
    files.group.paths = ['a.bin', 'parts/b.bin'];
    files.shards.set('a.bin', files.bytes.slice(0, before));
    files.shards.set('parts/b.bin', files.bytes.slice(before + 4 * 9));
    expect((await parse(files)).network).toEqual(network);
  });

  it('keeps our metadata', async () => {
    const files = folder();
    const continuo = {
      codec: 'performance-388',
      vocabularyHash: '0123456789abcdef',
      startToken: 3,
      split: 'x',
    };
    files.modelJson.userDefinedMetadata = { continuo, other: 1 };
    expect((await parse(files)).metadata).toEqual(continuo);
    for (const spoiled of [
      { codec: 1 },
      { vocabularyHash: [] },
      { startToken: -1 },
      { startToken: 0.5 },
      'x',
      [],
    ]) {
      files.modelJson.userDefinedMetadata = { continuo: spoiled };
      await expect(parse(files)).rejects.toMatchObject({ code: 'MODEL_BROKEN' });
    }
  });

  it.each([
    [
      'float16',
      2,
      (view: DataView, i: number, value: number) => view.setUint16(2 * i, half(value), true),
      1e-3,
    ],
    [
      'uint16',
      2,
      (view: DataView, i: number, value: number) =>
        view.setUint16(2 * i, Math.round((value + 1) * 3e4), true),
      2e-5,
    ],
    [
      'uint8',
      1,
      (view: DataView, i: number, value: number) => view.setUint8(i, Math.round((value + 1) * 100)),
      6e-3,
    ],
  ] as const)('may be quantised to %s', async (dtype, size, write, tolerance) => {
    const files = folder();
    const source = new Float32Array(files.bytes.buffer);
    const quantised = new Uint8Array(size * source.length);
    const view = new DataView(quantised.buffer);
    source.forEach((value, i) => {
      write(view, i, value);
    });
    for (const entry of files.group.weights)
      entry.quantization =
        dtype === 'float16'
          ? { dtype }
          : { dtype, scale: dtype === 'uint8' ? 0.01 : 1 / 3e4, min: -1, original_dtype: 'float32' };
    files.shards.set('weights.bin', quantised);
    const { weights } = (await parse(files)).network;
    const expected = network.weights.layers[0]!.recurrent;
    weights.layers[0]!.recurrent.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance);
    });
  });
});

/** A float16's bits, for values of ordinary size; subnormal ones become zero. */
function half(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
  const exponent = ((bits >> 23) & 255) - 127 + 15;
  return exponent <= 0 ? 0 : ((bits >> 16) & 0x8000) | (exponent << 10) | ((bits >> 13) & 1023);
}

type Files = ReturnType<typeof folder>;

describe('a network that no engine runs is refused by name', () => {
  const cases: [string, (files: Files) => void, string][] = [
    [
      'hard sigmoid',
      (f) => (f.layer('LSTM').recurrent_activation = 'hard_sigmoid'),
      '"lstm_0" (LSTM): option recurrent_activation is "hard_sigmoid"',
    ],
    [
      'gates unsaid',
      (f) => delete f.layer('GRU').recurrent_activation,
      '"gru_1" (GRU): option recurrent_activation is nothing',
    ],
    ['reset after', (f) => (f.layer('GRU').reset_after = true), '"gru_1" (GRU): option reset_after is true'],
    [
      'relu',
      (f) => (f.layer('SimpleRNN').activation = 'relu'),
      '"rnn_2" (SimpleRNN): option activation is "relu"',
    ],
    ['backwards', (f) => (f.layer('LSTM').go_backwards = true), 'option go_backwards is true'],
    ['last step only', (f) => (f.layer('LSTM').return_sequences = false), 'option return_sequences is false'],
    [
      'masking',
      (f) => (f.layer('Embedding').mask_zero = true),
      '"embedding" (Embedding): option mask_zero is true',
    ],
    [
      'a relu output',
      (f) => (f.layer('Dense').activation = 'relu'),
      '"logits" (Dense): option activation is "relu"',
    ],
    ['a functional model', (f) => (f.topology.class_name = 'Functional'), 'class Functional'],
    ['a convolution', (f) => (f.topology.config.layers[1]!.class_name = 'Conv1D'), '"lstm_0" (Conv1D)'],
    ['a prototype’s name', (f) => (f.topology.config.layers[1]!.class_name = 'constructor'), '(constructor)'],
    ['no Dense', (f) => f.topology.config.layers.pop(), 'the last layer must be Dense'],
    ['no layers', (f) => (f.topology.config.layers = []), 'not missing'],
    ['no recurrent layer', (f) => f.topology.config.layers.splice(1, 3), 'got 0'],
    [
      'five recurrent layers',
      (f) =>
        f.topology.config.layers.splice(
          1,
          0,
          ...['a', 'b'].map((name) => ({ class_name: 'LSTM', config: { name } })),
        ),
      'got 5',
    ],
    ['an input without classes', (f) => f.topology.config.layers.shift(), 'batch_input_shape is nothing'],
  ];
  it.each(cases)('%s', async (_, spoil, words) => {
    const files = folder();
    spoil(files);
    const refused = parse(files);
    await expect(refused).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
    await expect(refused).rejects.toThrow(words);
  });
});

describe('a folder that is not whole is refused with its place', () => {
  const cases: [string, (files: Files) => void, string][] = [
    ['no JSON', (f) => Object.assign(f, { modelJson: '{"modelTopology":' }), 'no JSON'],
    ['a JSON number', (f) => Object.assign(f, { modelJson: '5' }), 'expected an object'],
    ['a graph model', (f) => (f.modelJson.format = 'graph-model'), '"graph-model"'],
    ['no topology', (f) => delete f.modelJson.modelTopology, 'modelTopology: expected an object'],
    ['no manifest', (f) => delete f.modelJson.weightsManifest, 'weightsManifest: expected a list'],
    ['a layer without a name', (f) => delete f.layer('LSTM').name, 'layer 1 (LSTM): name'],
    ['layers of one name', (f) => (f.layer('LSTM').name = 'embedding'), 'two layers'],
    ['units of 2.5', (f) => (f.layer('LSTM').units = 2.5), 'units: expected an integer'],
    ['units of 1e9', (f) => (f.layer('LSTM').units = 1e9), 'units: expected an integer'],
    ['other units than weights', (f) => (f.layer('LSTM').units = 6), 'expected the shape [4,24], got [4,20]'],
    ['a missing weight', (f) => (f.group.weights[2]!.name = 'x'), '"lstm_0/recurrent_kernel" is missing'],
    ['a weight twice', (f) => (f.group.weights[2]!.name = f.group.weights[1]!.name), 'two weights'],
    [
      'a weight too many',
      (f) => {
        f.group.weights.push({ name: 'more/kernel', shape: [1], dtype: 'float32' });
        f.shards.set('weights.bin', new Uint8Array([...f.bytes, 0, 0, 0, 0]));
      },
      '"more/kernel" belongs to no layer',
    ],
    [
      'a shape of words',
      (f) => (f.group.weights[0]!.shape = ['9', 4] as unknown as number[]),
      'weights[0].shape',
    ],
    ['a vast shape', (f) => (f.group.weights[0]!.shape = [1 << 24, 1 << 24]), 'impossibly large'],
    ['integers', (f) => (f.group.weights[0]!.dtype = 'int32'), 'expected dtype float32, got "int32"'],
    ['int4', (f) => (f.group.weights[0]!.quantization = { dtype: 'int4' }), 'quantization.dtype'],
    [
      'a scale of nothing',
      (f) => (f.group.weights[0]!.quantization = { dtype: 'uint8', min: 0 }),
      'quantization.scale',
    ],
    ['a truncated shard', (f) => f.shards.set('weights.bin', f.bytes.slice(0, -1)), 'bytes of weights, got'],
    [
      'bytes too many',
      (f) => f.shards.set('weights.bin', new Uint8Array([...f.bytes, 1])),
      'bytes of weights, got',
    ],
    ['a missing shard', (f) => f.shards.clear(), 'no shard weights.bin'],
    [
      'one shard named 500 times',
      (f) => (f.group.paths = Array.from({ length: 500 }, () => 'weights.bin')),
      '"weights.bin" is named twice',
    ],
    [
      'more weights than any engine has room for',
      (f) =>
        f.group.weights.push(
          ...[1, 2, 3].map((i) => ({ name: `more/${i}`, shape: [1 << 14, 1 << 13], dtype: 'float32' })),
        ),
      'impossibly many',
    ],
    [
      'weights that are no numbers',
      (f) => new DataView(f.bytes.buffer).setUint32(8, 0x7fc00000, true),
      '"embedding/embeddings": value 2 is NaN',
    ],
    ...[
      '../weights.bin',
      '/etc/passwd',
      'a/../../b',
      'C:\\weights.bin',
      'http://host/weights.bin',
      '',
      'a//b',
      'a\0',
    ].map((path): [string, (files: Files) => void, string] => [
      `the shard ${JSON.stringify(path)}`,
      (f) => (f.group.paths = [path]),
      'no file inside of the model folder',
    ]),
  ];
  it.each(cases)('%s', async (_, spoil, words) => {
    const files = folder();
    spoil(files);
    const refused = parse(files);
    await expect(refused).rejects.toMatchObject({ code: 'MODEL_BROKEN' });
    await expect(refused).rejects.toThrow(words);
  });
});

it('reads nothing of a folder that lists other weights than its layers have', async () => {
  const files = folder();
  files.group.weights.push({ name: 'more/kernel', shape: [1000, 1000], dtype: 'float32' });
  const read = vi.fn(() => files.bytes);
  await expect(parseModel(files.modelJson, read)).rejects.toMatchObject({ code: 'MODEL_BROKEN' });
  expect(read).not.toHaveBeenCalled();
});

it('any change to a model.json gives a network or a coded error', async () => {
  // A place in the tree, by one number for each level, and what to put there (or to take away).
  const change = fc.record({
    path: fc.array(fc.nat(40), { minLength: 1, maxLength: 7 }),
    value: fc.option(fc.jsonValue({ maxDepth: 2 })),
    drop: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const files = folder();
      for (const { path, value, drop } of changes) {
        let at: Record<string, unknown> = files.modelJson;
        for (const number of path) {
          const keys = Object.keys(at);
          const key = keys[number % keys.length];
          if (key === undefined) break;
          const next = at[key];
          if (typeof next === 'object' && next !== null && number !== path.at(-1))
            at = next as Record<string, unknown>;
          else {
            if (drop) delete at[key];
            else at[key] = value;
            break;
          }
        }
      }
      const text = { ...files, modelJson: JSON.stringify(files.modelJson) };
      const result = await parse(text).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(ContinuoError);
      else expect((result as ParsedModel).network.spec.layers.length).toBeGreaterThan(0);
    }),
    { numRuns: 2000 },
  );
});

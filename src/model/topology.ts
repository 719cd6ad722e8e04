import { ContinuoError } from '../errors.js';
import { arrayAt, broken, isObject, type JsonObject, objectAt, show, sizeAt, stringAt } from './json.js';
import type { CellKind, LayerSpec, NetworkSpec } from './spec.js';

/** The network that a model.json describes: its shape, and the names of its layers in the manifest. */
export interface Topology {
  readonly spec: NetworkSpec;
  readonly names: {
    readonly embedding?: string;
    readonly layers: readonly string[];
    readonly output: string;
  };
  /** Whether each layer, then the output, has a bias. */
  readonly biases: readonly boolean[];
}

const CELLS: Readonly<Record<string, CellKind>> = { LSTM: 'lstm', GRU: 'gru', SimpleRNN: 'rnn' };

interface Layer {
  readonly kind: string;
  readonly name: string;
  readonly config: JsonObject;
}

function unsupported(message: string): ContinuoError {
  return new ContinuoError(
    'MODEL_UNSUPPORTED',
    message,
    'A model is a tfjs LayersModel: Embedding or one-hot input, 1 to 4 LSTM, GRU (reset_after false) or SimpleRNN layers with sigmoid gates, one Dense output.',
  );
}

/**
 * Reads `modelTopology` of a tfjs LayersModel. Throws MODEL_UNSUPPORTED, naming layer and option, for what no
 * engine here runs, and MODEL_BROKEN for what is no topology.
 */
export function parseTopology(modelTopology: unknown): Topology {
  const layers = sequentialLayers(modelTopology);
  let classes: number | undefined;
  if (layers[0]?.kind === 'InputLayer') classes = oneHotClasses(layers.shift()!);
  const embedding = layers[0]?.kind === 'Embedding' ? layers.shift() : undefined;
  const output = layers.pop();
  if (output?.kind !== 'Dense')
    throw unsupported(`the last layer must be Dense, not ${output ? describe(output) : 'missing'}`);
  if (layers.length < 1 || layers.length > 4)
    throw unsupported(`expected 1 to 4 recurrent layers, got ${layers.length}`);
  const recurrent = layers.map((layer, index) => recurrentLayer(layer, index === layers.length - 1));

  if (embedding) {
    requireOption(embedding, 'mask_zero', (value) => value !== true);
    classes = sizeAt(embedding.config.input_dim, `${describe(embedding)}: input_dim`);
  }
  classes ??= oneHotClasses(layers[0]!);
  requireOption(
    output,
    'activation',
    (value) => value === undefined || value === 'linear' || value === 'softmax',
  );
  const spec: NetworkSpec = {
    inputClasses: classes,
    embedding: embedding ? sizeAt(embedding.config.output_dim, `${describe(embedding)}: output_dim`) : 0,
    layers: recurrent,
    outputClasses: sizeAt(output.config.units, `${describe(output)}: units`),
  };
  return {
    spec,
    names: {
      ...(embedding ? { embedding: embedding.name } : {}),
      layers: layers.map((layer) => layer.name),
      output: output.name,
    },
    biases: [...layers, output].map((layer) => layer.config.use_bias !== false),
  };
}

/** The layers of a Sequential, as tfjs and Keras' converter write it (the latter within `model_config`). */
function sequentialLayers(modelTopology: unknown): Layer[] {
  let model = objectAt(modelTopology, 'modelTopology');
  if (model.model_config !== undefined) model = objectAt(model.model_config, 'modelTopology.model_config');
  const kind = stringAt(model.class_name, 'modelTopology.class_name');
  if (kind !== 'Sequential') throw unsupported(`a model of class ${kind}: only Sequential is read`);
  const layers = isObject(model.config) ? model.config.layers : model.config;
  const seen = new Set<string>();
  return arrayAt(layers, 'the layers of the Sequential').map((value, index) => {
    const layer = objectAt(value, `layer ${index}`);
    const config = objectAt(layer.config, `layer ${index}: config`);
    const kind = stringAt(layer.class_name, `layer ${index}: class_name`);
    const name = stringAt(config.name, `layer ${index} (${kind}): name`);
    if (seen.has(name)) throw broken(`two layers have the name ${show(name)}`);
    seen.add(name);
    return { kind, name, config };
  });
}

function recurrentLayer(layer: Layer, last: boolean): LayerSpec {
  const cell = Object.hasOwn(CELLS, layer.kind) ? CELLS[layer.kind] : undefined;
  if (cell === undefined)
    throw unsupported(`${describe(layer)}: expected LSTM, GRU or SimpleRNN between input and Dense`);
  requireOption(layer, 'activation', (value) => value === undefined || value === 'tanh');
  if (cell !== 'rnn') {
    // tfjs takes hard sigmoid where nothing is said, Keras sigmoid: so it must be said.
    requireOption(layer, 'recurrent_activation', (value) => value === 'sigmoid');
  }
  if (cell === 'gru') requireOption(layer, 'reset_after', (value) => !value);
  for (const option of ['go_backwards', 'return_state', 'time_major'])
    requireOption(layer, option, (value) => !value);
  if (!last) requireOption(layer, 'return_sequences', (value) => value === true);
  return { cell, units: sizeAt(layer.config.units, `${describe(layer)}: units`) };
}

function requireOption(layer: Layer, option: string, allowed: (value: unknown) => boolean): void {
  const value = layer.config[option];
  if (!allowed(value)) throw unsupported(`${describe(layer)}: option ${option} is ${show(value)}`);
}

function oneHotClasses(layer: Layer): number {
  const shape = layer.config.batch_input_shape;
  if (!Array.isArray(shape) || shape.length !== 3)
    throw unsupported(
      `${describe(layer)}: option batch_input_shape is ${show(shape)}; a network without Embedding takes [batch, time, classes]`,
    );
  return sizeAt(shape[2], `${describe(layer)}: batch_input_shape[2]`);
}

function describe(layer: Layer): string {
  return `layer ${show(layer.name)} (${layer.kind})`;
}

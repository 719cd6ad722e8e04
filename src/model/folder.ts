import { broken, isObject, objectAt, show } from './json.js';
import type { KernelModel } from './kernel/engine.js';
import { parseManifest, type ReadShard, readGroups, shapesOf, type Tensor } from './manifest.js';
import { GATES, inputWidth, type LayerWeights, type Network } from './network.js';
import { parseTopology, type Topology } from './topology.js';

/** What Continuo adds to a model.json, under `userDefinedMetadata.continuo`. Folders of other programs have none. */
export interface ModelMetadata {
  /** Id of the codec that the network was trained with, and the hash of its vocabulary. */
  readonly codec?: string;
  readonly vocabularyHash?: string;
  /** The token that every training sequence began with. */
  readonly startToken?: number;
  readonly [key: string]: unknown;
}

export interface ParsedModel {
  readonly network: Network;
  readonly metadata: ModelMetadata | undefined;
  /** The weights as they are laid out for the kernel already; the network's own are left out then. */
  readonly kernel?: KernelModel;
}

/**
 * Parses a tfjs LayersModel folder. `modelJson` is model.json as text or parsed; `readShard` returns the bytes of a weight file
 * by its path in the folder. Throws MODEL_UNSUPPORTED (naming layer and option) for a network that no engine here runs,
 * MODEL_BROKEN for a folder that is damaged or incomplete; what `readShard` throws passes through.
 */
export async function parseModel(modelJson: unknown, readShard: ReadShard): Promise<ParsedModel> {
  const root = objectAt(typeof modelJson === 'string' ? parseJson(modelJson) : modelJson, 'model.json');
  if (root.format !== undefined && root.format !== 'layers-model')
    throw broken(`model.json: expected format "layers-model", got ${show(root.format)}`);
  const metadata = parseMetadata(root.userDefinedMetadata);
  const topology = parseTopology(root.modelTopology);
  const groups = parseManifest(root.weightsManifest);
  // Shapes are checked before any weight is read: weights that belong to no layer could be of any size.
  assemble(topology, shapesOf(groups));
  return { network: assemble(topology, await readGroups(groups, readShard)), metadata };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(`model.json is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function parseMetadata(userDefined: unknown): ModelMetadata | undefined {
  if (!isObject(userDefined) || userDefined.continuo === undefined) return undefined;
  const place = 'model.json: userDefinedMetadata.continuo';
  const metadata = objectAt(userDefined.continuo, place);
  const { codec, vocabularyHash, startToken } = metadata;
  for (const [key, value] of Object.entries({ codec, vocabularyHash }))
    if (value !== undefined && typeof value !== 'string')
      throw broken(`${place}.${key}: expected a string, got ${show(value)}`);
  const isToken = typeof startToken === 'number' && Number.isInteger(startToken) && startToken >= 0;
  if (startToken !== undefined && !isToken)
    throw broken(`${place}.startToken: expected a token, got ${show(startToken)}`);
  return metadata as ModelMetadata;
}

/** Finds each weight by its layer's name and its own (`lstm_0/kernel`), and checks its shape. */
function assemble({ spec, names, biases }: Topology, tensors: Map<string, Tensor>): Network {
  const left = new Set(tensors.keys());
  const take = (layer: string, weight: string, ...shape: number[]): Float32Array => {
    // Keras' converter puts the cell's name in between: lstm/lstm_cell/kernel.
    const name = [...left].find((key) => key.startsWith(`${layer}/`) && key.endsWith(`/${weight}`));
    if (name === undefined) throw broken(`the weight ${show(`${layer}/${weight}`)} is missing`);
    left.delete(name);
    const tensor = tensors.get(name)!;
    if (tensor.shape.join() !== shape.join())
      throw broken(`weight ${show(name)}: expected the shape [${shape}], got [${tensor.shape}]`);
    return tensor.values;
  };

  const embedding = names.embedding && take(names.embedding, 'embeddings', spec.inputClasses, spec.embedding);
  const layers = spec.layers.map(({ cell, units }, index): LayerWeights => {
    const name = names.layers[index]!;
    const width = GATES[cell] * units;
    return {
      kernel: take(name, 'kernel', inputWidth(spec, index), width),
      recurrent: take(name, 'recurrent_kernel', units, width),
      bias: biases[index] ? take(name, 'bias', width) : new Float32Array(width),
    };
  });
  const output = {
    kernel: take(names.output, 'kernel', spec.layers.at(-1)!.units, spec.outputClasses),
    bias: biases.at(-1)
      ? take(names.output, 'bias', spec.outputClasses)
      : new Float32Array(spec.outputClasses),
  };
  const [extra] = left;
  if (extra !== undefined) throw broken(`the weight ${show(extra)} belongs to no layer`);
  return { spec, weights: { ...(embedding ? { embedding } : {}), layers, output } };
}

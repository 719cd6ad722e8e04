import type { TextCodec } from '../../codec/text.js';
import { ContinuoError } from '../../errors.js';
import type { Constraint } from '../../generation/constraint.js';
import { step } from '../../generation/decode.js';
import { Sampling } from '../../generation/sampling.js';
import { StatePool } from '../../generation/state-pool.js';
import type { StepEngine } from '../../model/engine.js';
import { uniform } from '../../model/random.js';
import { createSampler, type SamplerSettings } from '../../model/sampler.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import { writesText } from '../../plugin/text-writing.js';
import { defaultModel } from '../models/models.js';
import { openChosenModel, readModel } from '../models/open-model.js';
import { loadPlugin } from '../plugins/plugins.js';

/** A network that goes on from a text. */
export interface TextModel {
  readonly id: string;
  /** 16 hex digits: which weights, to the bit. */
  readonly hash: string;
  readonly engine: StepEngine;
  readonly descriptor: PluginDescriptor;
  readonly codec: TextCodec;
}

/**
 * Loads a plugin that writes, and a model for it: by id or path, else the plugin's first. Throws what loading either throws,
 * PLUGIN_BROKEN where the plugin does not write, MODEL_MISMATCH where the model was not trained on text.
 */
export async function openTextModel(plugin: string, model: string | undefined): Promise<TextModel> {
  const { descriptor, definition } = await loadPlugin(plugin);
  const { compose: texts } = definition;
  if (!writesText(texts)) {
    throw new ContinuoError('PLUGIN_BROKEN', `The plugin ${plugin} does not write.`, 'The plugin text does.');
  }
  const chosen = await readModel(model ?? defaultModel(descriptor.models));
  const { id, path, metadata, hash } = chosen;
  if (typeof metadata.characters !== 'string') {
    throw new ContinuoError(
      'MODEL_MISMATCH',
      `${path} speaks ${metadata.codec}; its model.json names no characters.`,
      'continuo train text FILE makes a model that writes.',
    );
  }
  const made = texts.codec(metadata.characters);
  const { engine, codec } = await openChosenModel(chosen, { precision: 'float32', codec: () => made });
  return { id, hash, engine, descriptor, codec };
}

export interface TextOrder extends Omit<SamplerSettings, 'topK'> {
  /** What the network goes on from; empty: from nothing. */
  readonly prime: readonly number[];
  /** Characters. */
  readonly length: number;
  readonly seed: number;
}

/** Characters as they come. The same model, order and seed give the same text. Throws SAMPLER_SETTING. */
export function* generateText(
  { engine, codec }: Pick<TextModel, 'engine' | 'codec'>,
  order: TextOrder,
): Generator<string> {
  const { size } = codec.vocabulary;
  const constraint = new TextLength(codec, order);
  const states = new StatePool(engine);
  try {
    const options = {
      constraint,
      startToken: codec.startToken,
      sampling: { temperature: order.temperature, topK: 0, topP: order.topP },
      random: () => uniform(order.seed, 0, constraint.written),
      result: (tokens: readonly number[]) => tokens,
    };
    const text = new Sampling(options, createSampler(size), size, states);
    while (!text.done) {
      const { written } = constraint;
      step(engine, [text]);
      if (constraint.written > written) yield codec.decode([text.next]);
    }
  } finally {
    states.free();
  }
}

/** A prime, and so many characters after it. */
class TextLength implements Constraint {
  #primed = 0;
  written = 0;

  constructor(
    private readonly codec: TextCodec,
    private readonly order: TextOrder,
  ) {}

  get done(): boolean {
    return this.written >= this.order.length;
  }

  get known(): number | undefined {
    return this.order.prime[this.#primed];
  }

  forbid(mask: Uint8Array): void {
    mask[this.codec.startToken] = 0;
  }

  /** What was written is not kept: each character is given away as it comes. */
  advance(token: number): number {
    if (this.known === undefined) this.written++;
    else this.#primed++;
    return token;
  }
}

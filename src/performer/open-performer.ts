import { beatCodec } from '../codec/beats/index.js';
import { ContinuoError } from '../errors.js';
import { beatsOrStepsPerformer } from './beats-or-steps.js';
import { parseModelFolder, type ReadModelFile } from './open-model.js';
import {
  type LoadedPlugin,
  type Performer,
  type PerformerOptions,
  performerOf,
  predictingPerformer,
} from './performer.js';

export interface OpenPerformerOptions extends PerformerOptions {
  /** For a model that counts in beats: the folder of the one that plays where there are none. */
  readonly withoutPulse?: ReadModelFile;
}

/**
 * Puts a plugin and a model folder together, in Node or in a browser; spread the result into `new Session({ ... })`. `read` is
 * null where the plugin predicts by itself. Throws what {@link openModel} throws, CODEC_UNKNOWN where the plugin does not play live
 * with such a model, and MODEL_NOT_FOUND where a model is needed and none is given.
 */
export async function openPerformer(
  plugin: LoadedPlugin,
  read: ReadModelFile | null,
  { withoutPulse, ...options }: OpenPerformerOptions,
): Promise<Performer> {
  const { descriptor, definition } = plugin;
  if (definition.predictor) return predictingPerformer(plugin, options.seed);
  if (read === null) {
    throw new ContinuoError(
      'MODEL_NOT_FOUND',
      `Expected the files of a model, since the plugin ${descriptor.id} does not predict by itself, but none were given.`,
      `Hand in a function that reads a model folder, such as that of ${descriptor.models[0] ?? 'piano-pop'}.`,
    );
  }
  const parsed = await parseModelFolder(read);
  if (parsed.metadata?.codec !== beatCodec.id) return performerOf(plugin, parsed, options);
  if (withoutPulse === undefined) {
    throw new ContinuoError(
      'MODEL_NOT_FOUND',
      'Expected a second model, since this one counts in beats and plays only where there are some, but none was given.',
      'Hand in the files of a model that counts in steps of time as `withoutPulse`, such as those of piano-pop.',
    );
  }
  return beatsOrStepsPerformer(
    plugin,
    { beats: parsed, steps: await parseModelFolder(withoutPulse) },
    options,
  );
}

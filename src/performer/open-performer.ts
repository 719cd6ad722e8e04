import { ContinuoError } from '../errors.js';
import { parseModelFolder, type ReadModelFile } from './open-model.js';
import { pairPerformer } from './pair-performer.js';
import {
  type LoadedPlugin,
  type Performer,
  type PerformerOptions,
  pairOf,
  performerOf,
  predictingPerformer,
} from './performer.js';

export interface OpenPerformerOptions extends PerformerOptions {
  /** For a model that plays only where the music has a pulse: the folder of the one that plays where it has none. */
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
  const pair = pairOf(definition, parsed.metadata?.codec);
  if (pair === null) return performerOf(plugin, parsed, options);
  if (withoutPulse === undefined) {
    const others = descriptor.models;
    throw new ContinuoError(
      'MODEL_NOT_FOUND',
      'Expected a second model, since this one plays only where the music has a pulse, but none was given.',
      `Hand in the files of another as \`withoutPulse\`, such as those of ${others[0] ?? 'piano-pop'}.`,
    );
  }
  return pairPerformer(
    plugin,
    { pair, first: parsed, second: await parseModelFolder(withoutPulse) },
    options,
  );
}

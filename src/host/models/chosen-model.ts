import { ContinuoError } from '../../errors.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import { defaultModel } from './models.js';

/**
 * The model that a plugin is to play with: what was asked for, else its best; null where it predicts by itself. Throws
 * MODEL_NOT_FOUND, and MODEL_MISMATCH where a model was asked for that the plugin has no use for.
 */
export function chosenModel(
  { id, extensions, models }: PluginDescriptor,
  asked: string | undefined,
): string | null {
  if (!extensions.includes('predictor')) return asked ?? defaultModel(models);
  if (asked === undefined) return null;
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `The plugin ${id} predicts by itself, and takes no model; it was given ${asked}.`,
    'Leave --model out.',
  );
}

import { ContinuoError } from '../../errors.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import { defaultModel } from './models.js';

/**
 * The model for a plugin: the requested one, else its first; null where the plugin names none. Throws MODEL_NOT_FOUND, and
 * MODEL_MISMATCH where a model was requested for a plugin that uses none.
 */
export function chosenModel(
  { id, extensions, models }: PluginDescriptor,
  asked: string | undefined,
): string | null {
  if (asked === undefined && models.length === 0) return null;
  if (!extensions.includes('predictor')) return asked ?? defaultModel(models);
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `The plugin ${id} predicts by itself, and takes no model; it was given ${asked}.`,
    'Leave --model out.',
  );
}

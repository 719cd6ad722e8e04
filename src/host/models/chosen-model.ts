import { ContinuoError } from '../../errors.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import { defaultModel } from './models.js';

/**
 * The model for a plugin: the requested one, else its first; null where the plugin predicts by itself. Throws MODEL_NOT_FOUND, and
 * MODEL_MISMATCH where a model was requested for a plugin that uses none.
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

import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { filesOf } from '../../host/models/model-file.js';
import type { ChosenModel } from '../../host/models/read-model.js';
import type { CorpusPlugin } from '../../host/plugins/corpus-plugins.js';
import { isAbsent, readRegularFile } from '../../read-file.js';
import type { Material } from '../fit/material.js';
import type { RunFolder } from '../fit/run-folder.js';

/**
 * The files of a model folder besides its weights: those made by the plugin of its corpus, and the LICENSE of the model that it
 * started from. Throws FILE_READ, MODEL_BROKEN, PLUGIN_CODE if the plugin's file name is not allowed.
 */
export async function filesBesideWeights(
  plan: {
    readonly material: Material;
    readonly plugin: CorpusPlugin;
    readonly origin: ChosenModel | undefined;
  },
  notice: (sentence: string) => void = () => {},
): Promise<RunFolder['beside']> {
  const { material, plugin, origin } = plan;
  const made = await plugin.corpus.modelFiles?.({
    codec: material.metadata.codec,
    train: material.train,
    valid: material.valid,
    origin: origin ? { id: origin.id, ...filesOf(origin.path) } : null,
    notice,
  });
  const stray = Object.keys(made ?? {}).find((name) => !/^\w[\w.-]*$/.test(name) || OWN.has(name));
  if (stray !== undefined)
    throw new ContinuoError(
      'PLUGIN_CODE',
      `The plugin ${plugin.id} would write ${JSON.stringify(stray)} into the model's folder, which is no file name of its own.`,
      `${[...OWN].join(', ')} are the program's.`,
    );
  const licence = origin && (await licenceFile(origin.path));
  return { ...made, ...(licence && { LICENSE: licence }) };
}

/** Files of a model folder that plugins may not write. */
const OWN: ReadonlySet<string> = new Set([
  ...['model.json', 'weights.bin', 'README.md', 'LICENSE', 'training.json', 'resume.bin'],
]);

/** The LICENSE of the original model, which a fine-tuned model inherits; undefined if there is none. Throws FILE_READ. */
function licenceFile(folder: string): Promise<Uint8Array | undefined> {
  return readRegularFile(join(folder, 'LICENSE'), MOST_LICENCE).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
}

/** Bytes; ten times the longest licence in use. */
const MOST_LICENCE = 2 ** 20;

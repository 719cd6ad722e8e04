import { loadModelFolder } from '../host/models/model-files.js';
import { defaultModel, findModel } from '../host/models/models.js';
import { readDescriptor } from '../host/plugins/plugins.js';
import { openEngine } from '../model/open.js';

/**
 * Measures the time from the default piano's folder on disk to the first token's logits, in milliseconds, in a process that has
 * loaded nothing yet.
 */
export async function benchLoad(): Promise<{ model: string; ms: number }> {
  const { models } = await readDescriptor('piano');
  const { id, path } = findModel(defaultModel(models));
  const began = performance.now();
  const { network } = await loadModelFolder(path);
  const engine = await openEngine(network);
  engine.step([engine.createState()], [0]);
  const ms = performance.now() - began;
  engine.dispose();
  return { model: id, ms };
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModelFolder } from '../host/model-files.js';
import { openEngine } from '../model/open.js';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));

/** Milliseconds from a model folder on disk to the first token's logits, in a process that has loaded nothing yet. */
export async function benchLoad(): Promise<{ model: string; ms: number } | undefined> {
  const [model] = await readdir(MODELS).catch(() => []);
  if (model === undefined) return undefined;
  const began = performance.now();
  const { network } = await loadModelFolder(join(MODELS, model));
  const engine = await openEngine(network);
  engine.step([engine.createState()], [0]);
  const ms = performance.now() - began;
  engine.dispose();
  return { model, ms };
}

import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { readRegularFile } from '../../read-file.js';
import { readRun, requireWritable } from '../../training/fit/run-folder.js';
import type { CellPlan } from './plan.js';
import type { CellResult } from './result.js';

/** The file of a model's folder that holds its figures. */
export const FIGURES = 'cells.json';
/** Bytes; a norm takes 20. */
const MOST_FIGURES = 64 * 2 ** 20;

/** The figures that a folder holds; null where there are none, or those of other options. */
export async function readKept(folder: string, key: string): Promise<CellResult | null> {
  try {
    const text = (await readRegularFile(join(folder, FIGURES), MOST_FIGURES)).toString('utf8');
    const kept = JSON.parse(text) as { readonly key?: unknown; readonly result: CellResult };
    return kept.key === key ? kept.result : null;
  } catch {
    return null;
  }
}

/**
 * Checks before long work that each model's folder can be written, and holds no training but this one. Throws FILE_WRITE,
 * TRAINING_OTHER.
 */
export async function requirePlaces(
  out: string,
  plans: readonly CellPlan[],
  keyOf: (plan: CellPlan) => string,
  replace: boolean,
): Promise<void> {
  for (const plan of plans) {
    const folder = join(out, plan.name);
    const found = await readRun(folder);
    requireWritable(folder);
    if (found === null || replace || (await readKept(folder, keyOf(plan))) !== null) continue;
    throw new ContinuoError(
      'TRAINING_OTHER',
      `${folder} holds a training of other music, another network or other settings.`,
      'Give the options that it was made with to go on, another --out, or --replace to write over it.',
    );
  }
}

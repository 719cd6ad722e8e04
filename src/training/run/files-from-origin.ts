import { join } from 'node:path';
import { filesOf } from '../../host/models/model-file.js';
import type { ChosenModel } from '../../host/models/open-model.js';
import { folkCodec } from '../../plugins/folk/codec/codec.js';
import { noveltyOfTraining } from '../../plugins/folk/corpus/novelty-index.js';
import { criticFile } from '../../plugins/folk/generate/critic.js';
import { loadNovelty } from '../../plugins/folk/generate/novelty.js';
import { isAbsent, readRegularFile } from '../../read-file.js';
import type { Material } from '../fit/material.js';
import type { RunFolder } from '../fit/run-folder.js';

/** What goes into a model's folder beside its weights, by the model that it began as: index of tunes, critic, licence. Throws FILE_READ. */
export async function filesFromOrigin(
  plan: { readonly material: Material; readonly origin: ChosenModel | undefined },
  notice?: (sentence: string) => void,
): Promise<Omit<RunFolder['files'], 'model.json' | 'weights.bin'>> {
  const { origin } = plan;
  const novelty = await noveltyFiles(plan, notice);
  // Its tunes are like those of the model that it began as.
  const critic = origin && (await criticFile(filesOf(origin.path)));
  const licence = origin && (await licenceFile(origin.path));
  return { ...novelty, ...(critic && { 'critic.json': critic }), ...(licence && { LICENSE: licence }) };
}

/**
 * What a model of tunes holds beside its weights: the index by which copies are found, of the tunes that it was trained on and
 * of those that its origin knows. None where the origin does not say what it learnt from: half an index would call copies new.
 */
async function noveltyFiles(
  { material, origin }: { readonly material: Material; readonly origin: ChosenModel | undefined },
  notice?: (sentence: string) => void,
): Promise<{ 'novelty.bin'?: Uint8Array }> {
  if (material.metadata.codec !== folkCodec.id) return {};
  const known = origin && (await loadNovelty(filesOf(origin.path)));
  if (known !== null) return { 'novelty.bin': noveltyOfTraining(material, known) };
  notice?.(
    `${origin!.id} has no novelty.bin: what it learnt from is not known, so copies will not be found here either.`,
  );
  return {};
}

/** The LICENSE of the model that it begins with, which what comes of it takes over; undefined where there is none. Throws FILE_READ. */
function licenceFile(folder: string): Promise<Uint8Array | undefined> {
  return readRegularFile(join(folder, 'LICENSE'), MOST_LICENCE).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
}

/** Bytes: the longest licence in use is a tenth of it. */
const MOST_LICENCE = 2 ** 20;

import { folkCodec } from '../codec/folk/codec.js';
import { loadNovelty } from '../host/novelty.js';
import type { ChosenModel } from '../host/open-model.js';
import type { Material } from '../training/fit/material.js';
import { noveltyOfTraining } from '../training/novelty-index.js';

/**
 * What a model of tunes holds beside its weights: the index by which copies are found, of the tunes that it was trained on and
 * of those that its origin knows. None where the origin does not say what it learnt from: half an index would call copies new.
 */
export async function noveltyFiles(
  { material, origin }: { readonly material: Material; readonly origin: ChosenModel | undefined },
  say: (line: string) => void,
): Promise<{ 'novelty.bin'?: Uint8Array }> {
  if (material.metadata.codec !== folkCodec.id) return {};
  const known = origin && (await loadNovelty(origin.path));
  if (known !== null) return { 'novelty.bin': noveltyOfTraining(material, known) };
  say(
    `${origin!.id} has no novelty.bin: what it learnt from is not known, so copies will not be found here either.`,
  );
  return {};
}

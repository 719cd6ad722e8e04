import type { EndedTraining } from '../../../plugin/corpus.js';
import { folkCodec } from '../codec/codec.js';
import { criticFile } from '../generate/critic.js';
import { loadNovelty } from '../generate/novelty.js';
import { noveltyOfTraining } from './novelty-index.js';

/**
 * What a model of tunes holds beside its weights: the index by which copies are found, of the tunes that it was trained on and
 * of those that its origin knows, and the critic of its origin, whose tunes are like its own. No index where the origin does not say what
 * it learnt from: half an index would call copies new. Throws FILE_READ, MODEL_BROKEN.
 */
export async function filesOfTraining(training: EndedTraining): Promise<Record<string, Uint8Array>> {
  const critic = training.origin && (await criticFile(training.origin));
  return { ...(await noveltyFile(training)), ...(critic && { 'critic.json': critic }) };
}

async function noveltyFile({ codec, origin, notice, ...pieces }: EndedTraining) {
  if (codec !== folkCodec.id) return {};
  if (!origin) return { 'novelty.bin': noveltyOfTraining(pieces) };
  const known = await loadNovelty(origin);
  if (known) return { 'novelty.bin': noveltyOfTraining(pieces, known) };
  notice(
    `${origin.id} has no novelty.bin: what it learnt from is not known, so copies will not be found here either.`,
  );
  return {};
}

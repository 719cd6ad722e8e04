import type { EndedTraining } from '../../../plugin/corpus.js';
import { folkCodec } from '../codec/codec.js';
import { criticFile } from '../generate/critic.js';
import { loadNovelty } from '../generate/novelty.js';
import { noveltyOfTraining } from './novelty-index.js';

/**
 * The plugin's files for a trained tune model: the novelty index of the tunes that it and its origin were trained on, and the
 * origin's critic, which still fits because the tunes are similar. Writes no index if the origin has none: an incomplete index
 * would report copies as new. Throws FILE_READ, MODEL_BROKEN.
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

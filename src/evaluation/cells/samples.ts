import { createKernelModel, KernelEngine } from '../../model/kernel/engine.js';
import type { Network } from '../../model/network.js';
import { uniform } from '../../model/random.js';
import { createSampler } from '../../model/sampler.js';
import { type Tune, writeAbc } from '../../music/abc/index.js';
import type { Note } from '../../music/note.js';
import type { CorpusCodec } from '../../plugin/corpus.js';

/** What a network wrote by itself, in the form that its codec decodes to. */
export type CellSample =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'notes'; readonly notes: readonly Note[] };

/** Branch of the random numbers. */
const SAMPLE = 91;

/** Samples tokens from the start token on, with the network's own probabilities (temperature 1, nothing forbidden). */
export function sampleTokens(
  network: Network,
  { startToken, count, seed }: { readonly startToken: number; readonly count: number; readonly seed: number },
): number[] {
  const engine = new KernelEngine(createKernelModel(network, 'float32'));
  const sampler = createSampler(network.spec.outputClasses);
  const settings = { temperature: 1, topK: 0, topP: 1 };
  try {
    const state = engine.createState();
    const tokens = [startToken];
    while (tokens.length <= count) {
      const logits = engine.step([state], [tokens.at(-1)!]).subarray(0, network.spec.outputClasses);
      tokens.push(sampler.draw(logits, settings, null, uniform(seed, SAMPLE, tokens.length)));
    }
    return tokens.slice(1);
  } finally {
    engine.dispose();
  }
}

/** Tokens as music or text; where the codec does not decode whole pieces, what each token means. */
export function shownSample(codec: CorpusCodec, tokens: readonly number[]): CellSample {
  const piece = codec.decode?.(tokens);
  if (typeof piece === 'string') return { kind: 'text', text: piece };
  if (isNotes(piece)) return { kind: 'notes', notes: piece };
  if (isTune(piece)) return { kind: 'text', text: writeAbc(piece) };
  return { kind: 'text', text: tokens.map((token) => codec.vocabulary.describe(token)).join('\n') };
}

function isNotes(piece: unknown): piece is readonly Note[] {
  return Array.isArray(piece) && piece.every((note) => typeof note === 'object' && 'pitch' in note);
}

function isTune(piece: unknown): piece is Tune {
  return typeof piece === 'object' && piece !== null && 'body' in piece && 'key' in piece;
}

import { ContinuoError } from '../../../errors.js';
import type { LearntPiece, SplitExample } from '../../../plugin/corpus.js';
import { folkCodec } from '../codec/codec.js';
import { type HeldOutRuns, type IndexedTune, writeNoveltyIndex } from '../codec/novelty-file.js';
import { NoveltyIndex } from '../codec/novelty-index.js';
import { melodyOf } from '../codec/novelty-melody.js';
import type { ReadPiece } from './read-piece.js';

/**
 * Builds a novelty index of the training tunes of a folk corpus, with the longest runs that held-out tunes share with them. Uses
 * the same split as the data set. Throws DATASET_EMPTY.
 */
export function noveltyOfCorpus(examples: Iterable<SplitExample<ReadPiece>>): {
  bytes: Uint8Array;
  words: string;
} {
  const train: (IndexedTune & { melody: number[] })[] = [];
  const valid: number[][] = [];
  for (const {
    path,
    split,
    piece: { tune },
  } of examples) {
    if (folkCodec.encode(tune).refusal) continue;
    const melody = melodyOf(tune);
    if (split === 'valid') valid.push(melody);
    else train.push({ title: tune.titles[0] ?? `X:${tune.number}`, book: bookOf(path), melody });
  }
  if (train.length === 0)
    throw new ContinuoError('DATASET_EMPTY', 'Expected tunes, but none of the corpus could be used.');
  const index = new NoveltyIndex(writeNoveltyIndex(train, null));
  const heldOut = runsOf(valid.map((melody) => index.longestRun(melody)?.notes ?? 0));
  const bytes = writeNoveltyIndex(train, heldOut);
  return { bytes, words: `${train.length} tunes, ${bytes.length} bytes${heldOutWords(heldOut)}` };
}

function heldOutWords(heldOut: HeldOutRuns | null): string {
  if (!heldOut) return '';
  return `; of ${heldOut.tunes} held-out tunes half share a run of at least ${heldOut.median} notes with one of them, one in twenty at least ${heldOut.p95}`;
}

/** The name of the book that contains a tune, from the tune's path. */
function bookOf(path: string): string {
  return path.replace(/(\.abc)?(:\d+)?$/, '');
}

/**
 * Builds a novelty index for a model trained here. If the model started from another, `known` is that model's index: its tunes
 * come first, and its held-out statistics, which cover many tunes, are kept.
 */
export function noveltyOfTraining(
  { train, valid }: { readonly train: readonly LearntPiece[]; readonly valid: readonly LearntPiece[] },
  known?: NoveltyIndex,
): Uint8Array {
  const learnt = train.map(({ path, title, tokens }) => ({
    title: title ?? path,
    book: bookOf(path),
    melody: melodyOfTokens(tokens),
  }));
  const index = (heldOut: HeldOutRuns | null) => writeNoveltyIndex(learnt, heldOut, known?.entries());
  if (known) return index(known.heldOut);
  const own = new NoveltyIndex(index(null));
  return index(runsOf(valid.map(({ tokens }) => own.longestRun(melodyOfTokens(tokens))?.notes ?? 0)));
}

/** @param tokens tokens including the start token */
function melodyOfTokens(tokens: Uint16Array | Uint32Array): number[] {
  return melodyOf(folkCodec.decode(tokens.subarray(1)));
}

/** The median and the 95th percentile, each the value of an actual tune. */
function runsOf(notes: readonly number[]): HeldOutRuns | null {
  if (notes.length === 0) return null;
  const sorted = [...notes].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!;
  return { tunes: notes.length, median: at(0.5), p95: at(0.95) };
}

import { ContinuoError } from '../../../errors.js';
import type { DatasetPiece } from '../../../training/dataset/read-dataset.js';
import { folkCodec } from '../codec/codec.js';
import { type HeldOutRuns, type IndexedTune, writeNoveltyIndex } from '../codec/novelty-file.js';
import { NoveltyIndex } from '../codec/novelty-index.js';
import { melodyOf } from '../codec/novelty-melody.js';
import { readBooks, tunesOf } from './dataset.js';

export interface BuiltNovelty {
  /** The index: of the tunes that the network learns from. */
  readonly bytes: Uint8Array;
  readonly tunes: number;
  readonly heldOut: HeldOutRuns | null;
}

/**
 * An index of the training tunes of a folk corpus, with the longest runs that its held-out tunes share with them. The split is
 * that of the dataset. Throws FILE_READ, CORPUS_SPLITS, DATASET_EMPTY.
 */
export async function buildNoveltyIndex(from: string): Promise<BuiltNovelty> {
  const train: (IndexedTune & { melody: number[] })[] = [];
  const valid: number[][] = [];
  for (const book of await readBooks(from)) {
    for (const { tune, split } of tunesOf(book)) {
      if (!tune || folkCodec.encode(tune).refusal) continue;
      const melody = melodyOf(tune);
      if (split === 'valid') valid.push(melody);
      else
        train.push({
          title: tune.titles[0] ?? `X:${tune.number}`,
          book: book.file.replace(/\.abc$/, ''),
          melody,
        });
    }
  }
  if (train.length === 0)
    throw new ContinuoError('DATASET_EMPTY', `Expected tunes, but none of ${from} could be used.`);
  const index = new NoveltyIndex(writeNoveltyIndex(train, null));
  const heldOut = runsOf(valid.map((melody) => index.longestRun(melody)?.notes ?? 0));
  return { bytes: writeNoveltyIndex(train, heldOut), tunes: train.length, heldOut };
}

/**
 * An index of the tunes that a network was trained on here, `known` being that of the network that it began as: its tunes come
 * first, and its figure of held-out tunes, which are many, stays.
 */
export function noveltyOfTraining(
  { train, valid }: { readonly train: readonly DatasetPiece[]; readonly valid: readonly DatasetPiece[] },
  known?: NoveltyIndex,
): Uint8Array {
  const learnt = train.map(({ path, title, tokens }) => ({
    title: title ?? path,
    book: path.replace(/(\.abc)?(:\d+)?$/, ''),
    melody: melodyOfTokens(tokens),
  }));
  const index = (heldOut: HeldOutRuns | null) => writeNoveltyIndex(learnt, heldOut, known?.entries());
  if (known) return index(known.heldOut);
  const own = new NoveltyIndex(index(null));
  return index(runsOf(valid.map(({ tokens }) => own.longestRun(melodyOfTokens(tokens))?.notes ?? 0)));
}

/** @param tokens with the start token */
function melodyOfTokens(tokens: Uint16Array | Uint32Array): number[] {
  return melodyOf(folkCodec.decode(tokens.subarray(1)));
}

/** Median and 95th percentile, each a figure that some tune has. */
function runsOf(notes: readonly number[]): HeldOutRuns | null {
  if (notes.length === 0) return null;
  const sorted = [...notes].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!;
  return { tunes: notes.length, median: at(0.5), p95: at(0.95) };
}

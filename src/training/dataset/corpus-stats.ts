import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { DropCount } from '../../music/abc/dropped.js';
import type { Pitch, Seconds } from '../../music/units.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';
import { SPLITS, type Split } from './corpus.js';
import { corpusExamples, listCorpus } from './corpus-examples.js';
import type { DatasetMeta } from './dataset.js';
import { encode } from './examples.js';
import type { CorpusInCodec } from './open-codec.js';

/** Statistics of one split of a corpus or data set. */
interface SplitStats {
  readonly pieces: number;
  readonly notes: number;
  readonly tokens: number;
  readonly seconds: Seconds;
  /** Lowest and highest pitch; null if none is known. */
  readonly pitches: readonly [Pitch, Pitch] | null;
}

interface PartStats {
  readonly codec: string;
  readonly splits: Readonly<Record<Split, SplitStats>>;
  /** Number of unusable examples. */
  readonly skipped: number;
}

/** With counts per category under the plugin's own names, for example `meters`. */
export type CorpusStats = PartStats & Readonly<Record<string, unknown>>;

export interface StatsOptions {
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Counts a corpus as `dataset build` would read it. Throws FILE_READ, CORPUS_SPLITS, PLUGIN_CODE. */
export async function corpusStats(
  opened: CorpusInCodec,
  from: string,
  { progress, signal }: StatsOptions = {},
): Promise<CorpusStats> {
  const place = { plugin: opened, from };
  const corpus = await listCorpus(place);
  const tally = new Tally();
  let done = 0;
  for await (const { examples } of corpusExamples(place, corpus)) {
    signal?.throwIfAborted();
    for (const { example, split } of examples) {
      const encoded = encode(opened, example);
      if ('refused' in encoded || 'refused' in example) {
        tally.skipped++;
        continue;
      }
      const { pitches = [], kinds = {} } = opened.corpus.statistics?.(example.piece) ?? {};
      const { tokens, notes = 0, seconds = 0 } = encoded;
      tally.add(split, { notes, seconds, pitches, tokens: tokens.length });
      tally.addKinds(kinds);
    }
    progress?.(++done, corpus.files.length);
  }
  return { codec: opened.codec.id, ...tally.stats(), ...tally.kinds };
}

/** Statistics from the meta.json of a data set. Throws FILE_READ if there is none. */
export async function datasetStats(from: string): Promise<CorpusStats> {
  const path = join(from, 'meta.json');
  let meta: Pick<DatasetMeta, 'codec' | 'splits' | 'skipped'>;
  try {
    meta = JSON.parse(String(await readRegularFile(path, MOST_MUSIC)));
  } catch (cause) {
    throw new ContinuoError('FILE_READ', `${path} cannot be read: ${(cause as Error).message}.`, undefined, {
      cause,
    });
  }
  const split = (name: Split): SplitStats => {
    const { pieces, notes, tokens, seconds } = meta.splits[name];
    return { pieces, notes, tokens, seconds, pitches: null };
  };
  return {
    codec: meta.codec,
    splits: { train: split('train'), valid: split('valid') },
    skipped: meta.skipped?.length ?? 0,
  };
}

interface Piece extends Pick<SplitStats, 'notes' | 'tokens' | 'seconds'> {
  readonly pitches: readonly Pitch[];
}

class Tally {
  skipped = 0;
  readonly #kinds = new Map<string, DropCount>();
  readonly #splits: Record<Split, Piece[]> = { train: [], valid: [] };

  add(split: Split, { pitches, ...piece }: Piece): void {
    const ends = pitches.length === 0 ? [] : [Math.min(...pitches), Math.max(...pitches)];
    this.#splits[split].push({ ...piece, pitches: ends });
  }

  addKinds(kinds: Readonly<Record<string, string>>): void {
    for (const [what, kind] of Object.entries(kinds)) {
      const count = this.#kinds.get(what) ?? new DropCount();
      this.#kinds.set(what, count);
      count.add(kind);
    }
  }

  get kinds(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    return Object.fromEntries([...this.#kinds].map(([what, { counts }]) => [what, counts]));
  }

  stats(): Pick<PartStats, 'splits' | 'skipped'> {
    const [train, valid] = SPLITS.map((split) => total(this.#splits[split]));
    return { splits: { train: train!, valid: valid! }, skipped: this.skipped };
  }
}

function total(pieces: readonly Piece[]): SplitStats {
  const sum = (of: (piece: Piece) => number) => pieces.reduce((all, piece) => all + of(piece), 0);
  const pitches = pieces.flatMap((piece) => piece.pitches);
  return {
    pieces: pieces.length,
    notes: sum(({ notes }) => notes),
    tokens: sum(({ tokens }) => tokens),
    seconds: Math.round(sum(({ seconds }) => seconds)),
    pitches: pitches.length === 0 ? null : [Math.min(...pitches), Math.max(...pitches)],
  };
}

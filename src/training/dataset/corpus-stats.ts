import { join } from 'node:path';
import type { PerformanceCodec } from '../../codec/codec.js';
import { ContinuoError } from '../../errors.js';
import { DropCount } from '../../music/abc/dropped.js';
import { keyText } from '../../music/abc/key.js';
import { meterText } from '../../music/abc/meter.js';
import { tuneTypeOf } from '../../music/abc/tune-type.js';
import { readMidi } from '../../music/midi/read.js';
import { pianoPerformance } from '../../music/to-performance.js';
import type { Pitch, Seconds } from '../../music/units.js';
import { folkCodec } from '../../plugins/folk/codec/codec.js';
import { melodyOf } from '../../plugins/folk/codec/novelty-melody.js';
import { measure, readBooks, tunesOf } from '../../plugins/folk/corpus/dataset.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';
import { readCorpus, SPLITS, type Split } from './corpus.js';
import type { DatasetMeta } from './dataset.js';

/** What one part of a corpus or of a data set has. */
interface SplitStats {
  readonly pieces: number;
  readonly notes: number;
  readonly tokens: number;
  readonly seconds: Seconds;
  /** Lowest and highest pitch; null where none is known. */
  readonly pitches: readonly [Pitch, Pitch] | null;
}

export interface CorpusStats {
  readonly codec: string;
  readonly splits: Readonly<Record<Split, SplitStats>>;
  /** Files or tunes that cannot be read. */
  readonly skipped: number;
  /** Of tunes: how many there are of each. */
  readonly types?: Readonly<Record<string, number>>;
  readonly keys?: Readonly<Record<string, number>>;
  readonly meters?: Readonly<Record<string, number>>;
}

export interface StatsOptions {
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Counts a folder of MIDI files as `dataset build` would read them. Throws FILE_READ, CORPUS_SPLITS. */
export async function midiStats(
  from: string,
  codec: PerformanceCodec,
  { progress, signal }: StatsOptions = {},
): Promise<CorpusStats> {
  const { files } = await readCorpus(from);
  const tally = new Tally();
  for (const [index, { path, split }] of files.entries()) {
    signal?.throwIfAborted();
    try {
      const { performance } = pianoPerformance(readMidi(await readRegularFile(join(from, path), MOST_MUSIC)));
      const { tokens, merged } = codec.encode(performance);
      tally.add(split, {
        notes: performance.notes.length - merged,
        tokens: tokens.length,
        seconds: performance.notes.reduce((latest, { end }) => Math.max(latest, end), 0),
        pitches: performance.notes.map(({ pitch }) => pitch),
      });
    } catch (error) {
      if (!(error instanceof ContinuoError || isSystemError(error))) throw error;
      tally.skipped++;
    }
    progress?.(index + 1, files.length);
  }
  return { codec: codec.id, ...tally.stats() };
}

/** Counts a folder of books of tunes. Throws FILE_READ, CORPUS_SPLITS. */
export async function tuneStats(from: string, { progress, signal }: StatsOptions = {}): Promise<CorpusStats> {
  const books = await readBooks(from);
  const tally = new Tally();
  const types = new DropCount();
  const keys = new DropCount();
  const meters = new DropCount();
  for (const [index, book] of books.entries()) {
    for (const { tune, split } of tunesOf(book)) {
      signal?.throwIfAborted();
      const encoded = tune && folkCodec.encode(tune);
      if (!encoded || encoded.refusal) {
        tally.skipped++;
        continue;
      }
      tally.add(split, { ...measure(tune!), tokens: encoded.tokens.length, pitches: melodyOf(tune!) });
      types.add(tuneTypeOf(tune!.type) ?? 'untyped');
      keys.add(keyText(tune!.key));
      meters.add(meterText(tune!.meter));
    }
    progress?.(index + 1, books.length);
  }
  const counts = { types: types.counts, keys: keys.counts, meters: meters.counts };
  return { codec: folkCodec.id, ...tally.stats(), ...counts };
}

/** What the meta.json of a data set says. Throws FILE_READ where there is none. */
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
  readonly #splits: Record<Split, Piece[]> = { train: [], valid: [] };

  add(split: Split, { pitches, ...piece }: Piece): void {
    const ends = pitches.length === 0 ? [] : [Math.min(...pitches), Math.max(...pitches)];
    this.#splits[split].push({ ...piece, pitches: ends });
  }

  stats(): Pick<CorpusStats, 'splits' | 'skipped'> {
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

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

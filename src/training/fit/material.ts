import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { ModelMetadata } from '../../model/folder.js';
import { parseJoint } from '../../model/memory/joint.js';
import { warningLines } from '../../music/midi/warnings.js';
import type { Note } from '../../music/note.js';
import type { CorpusWarning } from '../../plugin/corpus.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';
import { inTemporaryFolder } from '../../whole-folder.js';
import { endsWith } from '../dataset/corpus.js';
import { buildDataset, type DatasetOptions, licenceOf, metaRanges } from '../dataset/dataset.js';
import { encode, examplesIn, type ReadExample } from '../dataset/examples.js';
import { filesAt, nameIn } from '../dataset/files-at.js';
import type { CorpusInCodec } from '../dataset/open-codec.js';
import { readDataset } from '../dataset/read-dataset.js';
import type { Ranges } from './augment.js';
import type { FedAs } from './feed.js';
import { type HeldOutPieces, holdOut, type LoosePiece } from './hold-out.js';

/** Pieces to train on and to hold out, and what is to be said of them. */
export interface Material extends HeldOutPieces, FedAs {
  /** Tokens in the vocabulary. */
  readonly size: number;
  /** Of the vocabulary. */
  readonly ranges: Ranges;
  /** What a model of it says: codec, vocabulary's hash, start token. */
  readonly metadata: ModelMetadata & { readonly codec: string; readonly vocabularyHash: string };
  /** Name of the folder or file. */
  readonly corpus: string;
  readonly licence: string;
  /** Files and examples that could not be used. */
  readonly skipped: readonly Skipped[];
  /** Files that were read, though damaged, with what was made of that. */
  readonly damaged: readonly Skipped[];
}

interface Skipped {
  readonly path: string;
  readonly message: string;
}

/** A data set that `continuo dataset build` made, with its own split; `learns`: what a model keeps of its meta.json. Throws FILE_READ, DATASET_EMPTY. */
export async function datasetMaterial(folder: string, learns: readonly string[] = []): Promise<Material> {
  const { meta, pieces: train } = await readDataset(folder, 'train');
  const { pieces: valid } = await readDataset(folder, 'valid');
  if (train.length === 0) {
    throw new ContinuoError(
      'DATASET_EMPTY',
      `Expected music to train on, but all of ${folder} is held out.`,
      'Name some of the corpus "train" and build the data set again; continuo evaluate measures a model on this one.',
    );
  }
  return {
    train,
    valid,
    split: 'that of the data set',
    copies: 0,
    size: meta.size,
    ranges: meta.ranges,
    ...jointOf(meta).fed,
    metadata: {
      codec: meta.codec,
      vocabularyHash: meta.vocabularyHash,
      startToken: meta.startToken,
      ...jointOf(meta).said,
      ...Object.fromEntries(Object.entries(meta).filter(([name]) => learns.includes(name))),
    },
    corpus: meta.corpus,
    licence: meta.licence,
    skipped: meta.skipped ?? [],
    damaged: (meta.damaged ?? []).map(({ path, warnings }) => ({
      path,
      message: warningLines(warnings).join('; '),
    })),
  };
}

/** How a codec, or a data set, has tokens joined: for the trainer, and as model.json says it. Throws MODEL_BROKEN. */
function jointOf(facts: { readonly joint?: unknown } | undefined): {
  readonly fed: FedAs;
  readonly said: { readonly joint?: unknown };
} {
  const joint = parseJoint(facts?.joint, 'joint');
  return joint ? { fed: { joint }, said: { joint } } : { fed: {}, said: {} };
}

/** A corpus of one file as a data set has it: the same pieces, the same held out. Throws what buildDataset throws. */
export async function oneFileMaterial(options: Omit<DatasetOptions, 'out'>): Promise<Material> {
  const { kind } = options.plugin;
  return inTemporaryFolder('tokens', async (folder) => {
    const out = join(folder, 'tokens');
    await buildDataset({ ...options, out });
    return datasetMaterial(out, kind.learns);
  });
}

/** All examples of a folder's files, or of one file; those of one title stay together. Throws FILE_READ, DATASET_EMPTY, PLUGIN_CODE. */
export async function filesMaterial(opened: CorpusInCodec, path: string): Promise<Material> {
  const { kind } = opened;
  const gathered = new Gathered(opened);
  for (const file of (await filesAt(path)).filter(endsWith(kind.endings))) {
    const name = nameIn(path, file);
    const warnings: CorpusWarning[] = [];
    await gathered.try(name, async () => {
      const bytes = await readRegularFile(file, MOST_MUSIC);
      for (const example of examplesIn(opened, { path: name, bytes }, (warning) => warnings.push(warning)))
        gathered.add(example);
    });
    if (warnings.length > 0)
      gathered.damaged.push({ path: name, message: warningLines(warnings).join('; ') });
  }
  return gathered.material(path);
}

/** Fewer takes than this are parted by phrases: of one, or two, none could be held out whole. */
const FEW_TAKES = 10;
const TAKE = /take\.jsonl$/;

/**
 * What the player played in each take of a folder of takes, each phrase a piece; `phrasesOf` reads a take. Throws FILE_READ,
 * DATASET_EMPTY, PLUGIN_CODE.
 */
export async function takesMaterial(
  opened: CorpusInCodec,
  path: string,
  phrasesOf: (file: string) => Promise<readonly (readonly Note[])[]>,
): Promise<Material> {
  const takes = (await filesAt(path)).filter((file) => TAKE.test(file));
  const gathered = new Gathered(opened);
  for (const file of takes) {
    const name = nameIn(path, file);
    await gathered.try(name, async () => {
      const phrases = await phrasesOf(file);
      for (const [index, notes] of phrases.entries()) {
        const place = `${dirname(name)}, phrase ${index + 1}`;
        const piece = opened.corpus.played!(notes);
        gathered.add({ path: place, piece, family: takes.length < FEW_TAKES ? place : name });
      }
    });
  }
  return gathered.material(path);
}

/** Pieces of files, and what could not be used. */
class Gathered {
  readonly #pieces: LoosePiece[] = [];
  readonly #skipped: Skipped[] = [];
  readonly damaged: Skipped[] = [];

  constructor(private readonly opened: CorpusInCodec) {}

  /** Reads a file; where that is refused, it is skipped. */
  async try(path: string, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof ContinuoError) || error.code === 'PLUGIN_CODE') throw error;
      this.#skipped.push({ path, message: error.message });
    }
  }

  add(example: ReadExample): void {
    const { path } = example;
    const encoded = encode(this.opened, example);
    if ('refused' in encoded) {
      this.#skipped.push({ path, message: encoded.refused.message });
      return;
    }
    const title = example.title?.trim() || undefined;
    const family = example.family ?? title?.toLowerCase() ?? path;
    const { tokens, notes = 0, seconds = 0 } = encoded;
    const all = Uint32Array.from([this.opened.codec.startToken, ...tokens]);
    this.#pieces.push({ path, family, notes, seconds, tokens: all, ...(title !== undefined && { title }) });
  }

  /** Throws DATASET_EMPTY. */
  material(from: string): Material {
    const { codec, kind } = this.opened;
    if (this.#pieces.length === 0) {
      const [first] = this.#skipped;
      throw new ContinuoError(
        'DATASET_EMPTY',
        `Expected ${kind.files} to train on, but nothing of ${from} could be used${first ? `: ${first.path}: ${first.message}` : '.'}`,
        'Give a folder with music in it.',
      );
    }
    const { vocabulary, id, startToken } = codec;
    return {
      ...holdOut(this.#pieces),
      size: vocabulary.size,
      ranges: metaRanges(vocabulary),
      ...jointOf(codec.trainer).fed,
      metadata: { codec: id, vocabularyHash: vocabulary.hash, startToken, ...jointOf(codec.trainer).said },
      corpus: basename(resolve(from)),
      licence: licenceOf(from),
      skipped: this.#skipped,
      damaged: this.damaged,
    };
  }
}

/** Which music it is, to the token: 16 hex digits. */
export function materialHash({ train, valid }: Pick<Material, 'train' | 'valid'>): string {
  const hash = createHash('sha256');
  for (const pieces of [train, valid]) {
    hash.update(`${pieces.length} pieces\n`);
    for (const { tokens } of pieces) hash.update(`${tokens.join()}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

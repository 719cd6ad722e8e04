import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { PerformanceCodec } from '../../codec/codec.js';
import { ContinuoError } from '../../errors.js';
import type { ModelMetadata } from '../../model/folder.js';
import type { CountingSpec } from '../../model/memory/counting.js';
import { readAbc } from '../../music/abc/read.js';
import { readMidi } from '../../music/midi/read.js';
import { damageIn, type MidiWarning, warningLines } from '../../music/midi/warnings.js';
import type { Note } from '../../music/note.js';
import { pianoPerformance } from '../../music/to-performance.js';
import type { FolkCodec } from '../../plugins/folk/codec/codec.js';
import { measure } from '../../plugins/folk/corpus/dataset.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';
import { readFolder } from '../../read-folder.js';
import { licenceOf, metaRanges, withoutLeadingSilence } from '../dataset/dataset.js';
import { readDataset } from '../dataset/read-dataset.js';
import type { Ranges } from './augment.js';
import { type HeldOutPieces, holdOut, type LoosePiece } from './hold-out.js';

/** Pieces to train on and to hold out, and what is to be said of them. */
export interface Material extends HeldOutPieces {
  /** Tokens in the vocabulary. */
  readonly size: number;
  /** Of the vocabulary. */
  readonly ranges: Ranges;
  /** Where the network that is trained further is fed bar lines by their numbers. */
  readonly counting?: CountingSpec;
  /** What a model of it says: codec, vocabulary's hash, start token. */
  readonly metadata: ModelMetadata & { readonly codec: string; readonly vocabularyHash: string };
  /** Name of the folder or file. */
  readonly corpus: string;
  readonly licence: string;
  /** Files and tunes that could not be used. */
  readonly skipped: readonly Skipped[];
  /** Files that were read, though damaged, with what was made of that. */
  readonly damaged: readonly Skipped[];
}

interface Skipped {
  readonly path: string;
  readonly message: string;
}

export type Kind = 'midi' | 'abc';

/**
 * What a folder (or a file) holds that can be learnt from: a data set, or files of music, of the `wanted` kind or else the
 * commoner one. Throws FILE_READ, DATASET_EMPTY.
 */
export async function kindOf(path: string, wanted?: Kind): Promise<'dataset' | Kind> {
  const files = await filesIn(path);
  if (files.some((file) => relative(path, file) === 'meta.json')) return 'dataset';
  const midi = files.filter((file) => MIDI.test(file)).length;
  const abc = files.filter((file) => ABC.test(file)).length;
  if (midi + abc > 0) {
    const kind = wanted ?? (abc > midi ? 'abc' : 'midi');
    if ((kind === 'abc' ? abc : midi) > 0) return kind;
  }
  throw new ContinuoError(
    'DATASET_EMPTY',
    `Expected ${wanted ? WORDS[wanted] : 'MIDI files or ABC tunes'} to train on, but ${path} has none (of ${files.length} files).`,
    'Give a folder of .mid or .abc files, one such file, or a data set of continuo dataset build.',
  );
}

const WORDS = { midi: 'MIDI files', abc: 'ABC tunes' };
const MIDI = /\.midi?$/i;
const ABC = /\.abc$/i;
const TAKE = /take\.jsonl$/;

/** A data set that `continuo dataset build` made, with its own split. Throws FILE_READ. */
export async function datasetMaterial(folder: string): Promise<Material> {
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
    metadata: {
      codec: meta.codec,
      vocabularyHash: meta.vocabularyHash,
      startToken: meta.startToken,
      // Of a text: what its tokens say.
      ...('characters' in meta ? { characters: meta.characters } : {}),
    },
    corpus: meta.corpus,
    licence: meta.licence,
    skipped: meta.skipped ?? [],
    damaged: (meta.damaged ?? []).map(({ path, warnings }) => ({ path, message: damageText(warnings) })),
  };
}

/** All MIDI files of a folder, each a piece from its first note. Throws FILE_READ, DATASET_EMPTY. */
export async function midiMaterial(path: string, codec: PerformanceCodec): Promise<Material> {
  return gathered(path, codec, MIDI, async (file, name, _skip, damaged) => {
    const piece = readMidi(await readRegularFile(file, MOST_MUSIC));
    const damage = damageIn(piece.warnings);
    if (damage.length > 0) damaged({ path: name, message: damageText(damage) });
    const performance = withoutLeadingSilence(pianoPerformance(piece).performance);
    return [performancePiece(codec, performance, name)];
  });
}

/** Fewer takes than this are parted by phrases: of one, or two, none could be held out whole. */
const FEW_TAKES = 10;

/**
 * What the player played in each take of a folder of takes, each phrase a piece; `phrasesOf` reads a take. Throws FILE_READ,
 * DATASET_EMPTY.
 */
export async function takesMaterial(
  path: string,
  codec: PerformanceCodec,
  phrasesOf: (file: string) => Promise<readonly (readonly Note[])[]>,
): Promise<Material> {
  const takes = (await filesIn(path)).filter((file) => TAKE.test(file)).length;
  return gathered(path, codec, TAKE, async (file, name) => {
    const phrases = await phrasesOf(file);
    return phrases.map((notes, index) => {
      const piece = performancePiece(codec, { notes, pedal: [] }, `${dirname(name)}, phrase ${index + 1}`);
      return takes < FEW_TAKES ? piece : { ...piece, family: name };
    });
  });
}

/** All tunes of a folder's ABC files; tunes of one title stay together. Throws FILE_READ, DATASET_EMPTY. */
export async function abcMaterial(path: string, codec: FolkCodec): Promise<Material> {
  return gathered(path, codec, ABC, async (file, name, skip) =>
    readAbc(new TextDecoder().decode(await readRegularFile(file, MOST_MUSIC))).flatMap(
      ({ tune, title, line, refusal }) => {
        const piece = `${name}:${line}`;
        const encoded = tune ? codec.encode(tune) : { refusal: refusal! };
        if (encoded.refusal) {
          skip({ path: piece, message: encoded.refusal.reason });
          return [];
        }
        return [
          {
            path: piece,
            title: title.trim() || `X:${tune!.number}`,
            family: title.trim().toLowerCase() || piece,
            tokens: encoded.tokens,
            ...measure(tune!),
          },
        ];
      },
    ),
  );
}

type Loose = Omit<LoosePiece, 'tokens'> & { readonly tokens: readonly number[] };

function performancePiece(
  codec: PerformanceCodec,
  performance: Parameters<PerformanceCodec['encode']>[0],
  path: string,
): Loose {
  const { tokens, merged } = codec.encode(performance);
  const notes = performance.notes.length - merged;
  const seconds = performance.notes.reduce((latest, note) => Math.max(latest, note.end), 0);
  return { path, family: path, tokens, notes, seconds };
}

async function gathered(
  path: string,
  codec: PerformanceCodec | FolkCodec,
  wanted: RegExp,
  read: (
    file: string,
    name: string,
    skip: (skipped: Skipped) => void,
    damaged: (damaged: Skipped) => void,
  ) => Promise<Loose[]>,
): Promise<Material> {
  const pieces: LoosePiece[] = [];
  const skipped: Skipped[] = [];
  const damaged: Skipped[] = [];
  for (const file of (await filesIn(path)).filter((file) => wanted.test(file))) {
    const name = relative(path, file).split(sep).join('/') || basename(file);
    try {
      const found = await read(
        file,
        name,
        (one) => skipped.push(one),
        (one) => damaged.push(one),
      );
      for (const piece of found) {
        pieces.push({ ...piece, tokens: Uint32Array.from([codec.startToken, ...piece.tokens]) });
      }
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      skipped.push({ path: name, message: error.message });
    }
  }
  if (pieces.length === 0) {
    const first = skipped[0];
    throw new ContinuoError(
      'DATASET_EMPTY',
      `Expected music to train on, but nothing of ${path} could be used${first ? `: ${first.path}: ${first.message}` : '.'}`,
      'Give a folder with music in it.',
    );
  }
  const { vocabulary, id, startToken } = codec;
  return {
    ...holdOut(pieces),
    size: vocabulary.size,
    ranges: metaRanges(vocabulary),
    metadata: { codec: id, vocabularyHash: vocabulary.hash, startToken },
    corpus: basename(resolve(path)),
    licence: licenceOf(path),
    skipped,
    damaged,
  };
}

function damageText(warnings: readonly MidiWarning[]): string {
  return warningLines(warnings).join('; ');
}

/** A file, or all files of a folder and its folders, sorted. Throws FILE_READ. */
async function filesIn(path: string): Promise<string[]> {
  if (
    await stat(path).then(
      (stats) => !stats.isDirectory(),
      () => false,
    )
  )
    return [path];
  const names = await readFolder(path, 'Give a folder of music, or a file.', { recursive: true });
  return names.sort().map((name) => join(path, name));
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

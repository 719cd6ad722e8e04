import type { Vocabulary } from '../codec/vocabulary.js';
import type { ContinuoError } from '../errors.js';
import type { Note } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { ComposerModel } from './composer.js';

/** How pieces become tokens, as far as data sets and trainers need to know. */
export interface CorpusCodec {
  readonly id: string;
  readonly vocabulary: Vocabulary;
  /** Fed before each piece; no part of its tokens. */
  readonly startToken: number;
  /** What trainers have to do with some tokens, which the meta.json of a data set tells them. */
  readonly trainer?: TrainerFacts;
  /** Total: any tokens give a piece. */
  decode?(tokens: ArrayLike<number>): unknown;
}

/** As training/torch reads them. */
export interface TrainerFacts {
  /** Tokens that are fed by their number in the bar count (model/memory/counting.ts). */
  readonly counting?: unknown;
  /** Tokens that the network is told, and does not foretell. `continuo train` and `evaluate`, which do not tell them apart, refuse such data. */
  readonly planning?: unknown;
  /** Tokens that are told, and fed with the foretold token before them as one packed integer (model/memory/joint.ts). */
  readonly joint?: { readonly foretold: number; readonly told: number };
}

/** What a codec is made with, beside its id. */
export interface CodecOpening {
  /** What a model folder or a data set says of itself; among it what `learn` gave. */
  readonly said?: Readonly<Record<string, unknown>>;
  /** The files of each aid of plugin.json that was given: `aids.beats['beat_midi.tsv']`. */
  readonly aids?: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>;
}

/** The file that examples are read from. */
export interface CorpusSource {
  /** In the corpus, with forward slashes; of a corpus of one file, as the user named it. */
  readonly path: string;
  /** Something about the file is odd or damaged, and it was read nevertheless. */
  warn(warning: CorpusWarning): void;
}

export interface CorpusWarning {
  readonly code: string;
  readonly message: string;
  /** How often; default once. */
  readonly count?: number;
  /** Where first, in a file of tracks. */
  readonly track?: number | null;
  readonly tick?: number | null;
}

/** A piece that a network learns from or is measured on, or why there is none. */
export type CorpusExample<Piece = unknown> = {
  /** Where in its file: a line, say. Left out where the file is the example. */
  readonly place?: string | number;
  /** What people know it by. Examples of one title are a family, where no family is given. */
  readonly title?: string;
  /** Examples of one family (versions of a tune, takes of a piece) are never parted. Default: by title, else each its own. */
  readonly family?: string;
} & ({ readonly piece: Piece } | { readonly refused: ContinuoError });

/** A piece in tokens. More may stand here for `summary`. */
export interface EncodedExample {
  /** Without the start token. */
  readonly tokens: readonly number[];
  /** Default: 0, where a piece has none. */
  readonly notes?: number;
  readonly seconds?: Seconds;
}

export type CorpusPart = 'train' | 'valid';

/** An example that is in a data set. */
export interface UsedExample<Piece = unknown, Encoded extends EncodedExample = EncodedExample> {
  /** Of the file, with the place: `book.abc:12`. */
  readonly path: string;
  readonly piece: Piece;
  readonly encoded: Encoded;
  readonly split: CorpusPart;
}

/** Gathers what the meta.json of one data set says of its examples. */
export interface CorpusSummary<Piece = unknown, Encoded extends EncodedExample = EncodedExample> {
  add(example: UsedExample<Piece, Encoded>): void;
  /** What the examples are, by name. */
  counts?(): Readonly<Record<string, unknown>>;
  /** What of them no token says, by name. */
  lost?(): Readonly<Record<string, unknown>>;
  /** The same for people, a line each. */
  words?(): readonly string[];
}

/** What is counted of one piece for `continuo dataset stats`. */
export interface PieceStatistics {
  readonly pitches?: readonly number[];
  /** What it is, by what is counted: `{ meters: '6/8' }`. */
  readonly kinds?: Readonly<Record<string, string>>;
}

/** A piece that a network learnt from, or was measured on. */
export interface LearntPiece {
  readonly path: string;
  readonly title?: string;
  /** The start token first. */
  readonly tokens: Uint16Array | Uint32Array;
}

/** A training that has ended. */
export interface EndedTraining {
  /** Id of the codec. */
  readonly codec: string;
  readonly train: readonly LearntPiece[];
  readonly valid: readonly LearntPiece[];
  /** The model that was trained further; null: from scratch. */
  readonly origin: Pick<ComposerModel, 'id' | 'file'> | null;
  /** Something that whoever trains should know, as a sentence. */
  notice(sentence: string): void;
}

/** By a name for people, such as `position in the bar (eighths)`: (token) a number, or null where there is none. */
export type TokenFeatures = Readonly<Record<string, readonly (number | null)[]>>;

/** Makes training data of files: pure, the host reads and writes. What is refused is a ContinuoError that says why. */
export interface CorpusExtension<
  Piece = unknown,
  Codec extends CorpusCodec = CorpusCodec,
  Encoded extends EncodedExample = EncodedExample,
> {
  /** The codec of that id, one of plugin.json's. Throws CODEC_UNKNOWN, and what its aids are refused with. */
  codec(id: string, opening: CodecOpening): Codec;
  /** For a codec whose vocabulary the corpus makes: what meta.json and model.json keep of it, by name, and `codec` is told as `said`. */
  learn?(id: string, pieces: Iterable<Piece>): Readonly<Record<string, unknown>>;
  /** The examples of a file, in order; always the same ones. An error that is thrown refuses the rest of the file. */
  examples(bytes: Uint8Array, source: CorpusSource): Iterable<CorpusExample<Piece>>;
  /** The tokens of a piece. An error that is thrown refuses the piece. */
  tokens(piece: Piece, codec: Codec): Encoded;
  /** What somebody played, as a piece; where plugin.json says `takes`. */
  played?(notes: readonly Note[]): Piece;
  summary?(codec: Codec): CorpusSummary<Piece, Encoded>;
  statistics?(piece: Piece): PieceStatistics;
  /**
   * What the music is like after each token of a piece, for `continuo inspect`, which looks for units of a network that follow it. `tokens`:
   * in the codec of that id, without the start token, whole or the beginning of a piece; any tokens will do. Without it, what a live
   * stream tells (beats, pitches, density) and the fields of packed tokens are taken.
   */
  features?(codec: string, tokens: readonly number[]): TokenFeatures;
  /** A file that plugin.json names as derived, by its name there: its bytes, and what to say of it. */
  derive?(name: string, examples: Iterable<SplitExample<Piece>>): { bytes: Uint8Array; words: string };
  /** What else a model's folder has that `continuo train` writes: bytes by file name. Throws what reading the origin's files throws. */
  modelFiles?(training: EndedTraining): Promise<Readonly<Record<string, Uint8Array>>>;
}

/** An example with its part of the corpus. */
export interface SplitExample<Piece = unknown> {
  readonly path: string;
  readonly piece: Piece;
  readonly split: CorpusPart;
}

import type { Vocabulary } from '../codec/vocabulary.js';
import type { StepEngine } from '../model/engine.js';
import type { Note } from '../music/note.js';
import type { ComposeOptions } from './compose-descriptor.js';
import type { ParamShapes, ParamValue, ValuesOf } from './params.js';

/** A codec of whole pieces, as far as the host uses one: to see that model and plugin speak the same tokens. */
export interface PieceCodec {
  readonly id: string;
  readonly vocabulary: Vocabulary;
}

/** A model that a composer works with. */
export interface ComposerModel {
  readonly id: string;
  /** 16 hex digits: which weights, to the bit. */
  readonly hash: string;
  /** model.json, as it was read. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The network, with all that model.json asks for; whoever opened it disposes of it. A step throws where the making is given up. */
  readonly engine: StepEngine;
  /** Whether it remembers what it wrote (recall), where its folder says how. */
  readonly memory: boolean;
  /**
   * A file of the model's folder, such as `critic.json`: its own, else that of the folder beside it which model.json names under the
   * file's name without its ending (`"critic": "other-model"`); null where there is neither. `most`: how many bytes make sense.
   * Throws FILE_READ, MODEL_BROKEN.
   */
  file(name: string, most: number): Promise<Uint8Array | null>;
}

/** What {@link OptionValues} reads types from: declared options, or `compose.options` of an imported plugin.json. */
export type OptionShapes = Readonly<
  Record<string, { readonly param: ParamShapes[string]; readonly several?: boolean | undefined }>
>;

/** The types of the values of declared options, by id. One that takes several values always has an array, of at least one. */
export type OptionValues<Options extends OptionShapes> = string extends keyof Options
  ? Readonly<Record<string, ParamValue | readonly ParamValue[]>>
  : {
      readonly [Id in keyof Options]: Options[Id] extends { readonly several: boolean }
        ? readonly ValuesOf<{ it: Options[Id]['param'] }>['it'][]
        : ValuesOf<{ it: Options[Id]['param'] }>['it'];
    };

/** A piece that is given, and what is to be done with it. */
export interface GivenPiece {
  readonly text: string;
  /** Of several pieces in the text, the one with this number; default: the first. */
  readonly which?: string | undefined;
  /** A name among the descriptor's edits. */
  readonly edit: string;
  /** Of an edit that takes segments: `3-4,B`. */
  readonly segments?: string | undefined;
  /** Of an edit that takes a place: the segment after which it begins; default: the end of the piece. */
  readonly after?: number | undefined;
}

/** What is asked of a composer. */
export interface ComposeRequest<Options extends OptionShapes = ComposeOptions> {
  /** All of them, by id, checked against their declarations; what was not said has its default. */
  readonly options: OptionValues<Options>;
  /** How many pieces. */
  readonly count: number;
  readonly seed: number;
  readonly given?: GivenPiece | undefined;
}

/** Who watches a piece being made. */
export interface ComposeWatch {
  /** Something that a person should know while it is made, as a sentence. */
  notice?(sentence: string): void;
  /** A candidate of the piece under way is whole; `of` how many, where that is known. */
  candidate?(candidates: number, of?: number): void;
  /** The piece under way so far, as text of the first export; not where several candidates are compared. */
  grows?(text: string): void;
  /**
   * What the piece under way goes on with, as text of the first export; not where several candidates are compared. Joined, it is the
   * piece, but for what is known at its end alone.
   */
  goesOn?(text: string): void;
}

/** A piece, made or read. */
export interface Piece {
  readonly title: string;
  /** The first export. */
  readonly text: string;
  /** What can be named in an edit, in order; number 0 is a pickup. Absent or empty where they cannot be told apart. */
  readonly segments?: readonly {
    readonly number: number;
    readonly part: string;
    /** As it stands in the piece; absent where it cannot be told from others. */
    readonly text?: string | undefined;
  }[];
  /** How it sounds; times in seconds. Absent or empty where it does not. */
  readonly notes?: readonly Note[];
  /** Quarter notes a minute. */
  readonly bpm?: number;
  /** What a piece that was given has lost, and how often. */
  readonly lost?: Readonly<Record<string, number>>;
  /** How it was made, for people; absent of a piece that was read. */
  readonly made?: {
    /** With the values that were chosen where none was given. */
    readonly options: Readonly<Record<string, ParamValue>>;
    /** What is good in it and what is weak, where something judges it. */
    readonly why?: readonly { readonly good: boolean; readonly text: string }[];
    /** Whatever else there is to say, a sentence each. */
    readonly remarks?: readonly string[];
  };
  /** For `--json`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Makes pieces. Pure: files come by {@link ComposerModel.file}, time and threads are the host's. */
export interface Composer<Options extends OptionShapes = ComposeOptions> {
  /**
   * Checks the whole request first, then makes its pieces one after the other as they are asked for. The same request gives the
   * same pieces. Throws OPTION_VALUE, PARAM_VALUE, and what the plugin's own errors are.
   */
  make(request: ComposeRequest<Options>, watch?: ComposeWatch): Iterable<Piece>;
  /** A piece as it stands in a text. Throws where there is none. */
  read?(text: string, which?: string): Piece;
  /** A piece of its own, or one that was read, in another format, by the name of the export. */
  write(
    piece: Piece,
    format: string,
    options: OptionValues<Options>,
  ): Uint8Array | string | Promise<Uint8Array | string>;
  /** For `--json`, beside the pieces: how they were asked for and made. */
  report?(request: ComposeRequest<Options>, pieces: readonly Piece[]): Readonly<Record<string, unknown>>;
  /** What people are told at the end, a sentence each. */
  summary?(request: ComposeRequest<Options>, pieces: readonly Piece[]): readonly string[];
}

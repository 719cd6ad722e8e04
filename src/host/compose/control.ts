import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import type { ParamValue } from '../../plugin/params.js';
import type { PieceShown } from '../../plugin/piece-schema.js';

/** A plugin that makes pieces. */
export interface ComposerChoice {
  readonly id: string;
  readonly name: string;
  /** What it says of itself. */
  readonly description?: string;
  readonly compose: ComposeDescriptor;
  /** Why it can make none at present, and what to do about it. */
  readonly lacks?: string;
}

/** A piece to be made: from nothing, or of one that is given. */
export interface MakeTask {
  /** The id of one of the {@link PieceControl.composers}. */
  readonly plugin: string;
  /** By option id; what is left out has its default. */
  readonly options: Readonly<Record<string, ParamValue>>;
  /** Default: one that is drawn. */
  readonly seed?: number;
  readonly given?: GivenText;
}

/** A piece that is given, and what is to be done with it: `GivenPiece` of a text of one piece. */
export interface GivenText {
  readonly text: string;
  readonly edit: string;
  readonly segments?: string;
  readonly after?: number;
}

/** A piece to be read, as it stands in a text. */
export interface ReadTask {
  readonly plugin: string;
  readonly text: string;
}

/** A piece to be written in another format. */
export interface ExportTask extends ReadTask {
  /** A name among the exports of the plugin. */
  readonly format: string;
  readonly options: Readonly<Record<string, ParamValue>>;
}

/** A piece in another format. */
export interface PieceFile {
  readonly content: string;
  /** The content is base64. */
  readonly binary: boolean;
}

/** A piece that is being made. */
export interface PieceSoFar {
  /** As text of the first export; not where several candidates are compared. */
  readonly text?: string;
  /** Candidates that are whole, and of how many, where that is known. */
  readonly candidates: number;
  readonly of?: number;
}

export interface PieceWatch {
  /** Ends the making at once; the promise is then rejected with its reason. */
  readonly signal?: AbortSignal;
  /** Some ten times a second at most. */
  readonly grows?: (soFar: PieceSoFar) => void;
}

/** Pieces on demand, as the server sees it; the plugins' code runs in a worker. Tasks wait for each other. */
export interface PieceControl {
  composers(): readonly ComposerChoice[];
  /**
   * Makes one piece. Throws OPTION_VALUE, PARAM_UNKNOWN, PARAM_VALUE, what the plugin's own errors are, PLUGIN_FAILED, what loading a
   * plugin or a model throws, PIECE_TOO_LARGE, PIECE_BUSY (too many wait) and ENGINE_CRASHED.
   */
  make(task: MakeTask, watch?: PieceWatch): Promise<PieceShown>;
  /** Throws as {@link make} does. */
  read(task: ReadTask, watch?: PieceWatch): Promise<PieceShown>;
  /** Throws as {@link make} does. */
  write(task: ExportTask, watch?: PieceWatch): Promise<PieceFile>;
  close(): Promise<void>;
}

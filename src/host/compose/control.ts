import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import type { ParamValue } from '../../plugin/params.js';
import type { PieceShown } from '../../plugin/piece-schema.js';

/** A plugin that makes pieces, as a user chooses it. */
export interface ComposerChoice {
  readonly id: string;
  readonly name: string;
  /** The plugin's own description. */
  readonly description?: string;
  readonly compose: ComposeDescriptor;
  /** Why it cannot make pieces at present, and what to do about it. */
  readonly lacks?: string;
}

/** A request for a piece: made from scratch, or from a given one. */
export interface MakeTask {
  /** The id of one of the {@link PieceControl.composers}. */
  readonly plugin: string;
  /** Values by option id; an omitted option has its default. */
  readonly options: Readonly<Record<string, ParamValue>>;
  /** Default: a random one. */
  readonly seed?: number;
  readonly given?: GivenText;
}

/** A given piece and the edit to apply: a `GivenPiece` as text. */
export interface GivenText {
  readonly text: string;
  readonly edit: string;
  readonly segments?: string;
  readonly after?: number;
}

/** A request to read a piece from a text. */
export interface ReadTask {
  readonly plugin: string;
  readonly text: string;
}

/** A request to write a piece in another format. */
export interface ExportTask extends ReadTask {
  /** The name of one of the plugin's exports. */
  readonly format: string;
  readonly options: Readonly<Record<string, ParamValue>>;
}

/** A piece in another format. */
export interface PieceFile {
  readonly content: string;
  /** Whether `content` is base64. */
  readonly binary: boolean;
}

/** Progress of a piece that is being made. */
export interface PieceSoFar {
  /** Text in the first export's format; absent where several candidates are compared. */
  readonly text?: string;
  /** Finished candidates, and their total where it is known. */
  readonly candidates: number;
  readonly of?: number;
}

export interface PieceWatch {
  /** Cancels at once; the promise then rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Reports progress, about ten times a second at most. */
  readonly grows?: (soFar: PieceSoFar) => void;
}

/** Makes pieces on demand, for the server. Plugin code runs in a worker; requests are queued. */
export interface PieceControl {
  composers(): readonly ComposerChoice[];
  /**
   * Makes one piece. Throws OPTION_VALUE, PARAM_UNKNOWN, PARAM_VALUE, the plugin's own errors, PLUGIN_FAILED, what loading a plugin
   * or a model throws, PIECE_TOO_LARGE, PIECE_BUSY (the queue is full) and ENGINE_CRASHED.
   */
  make(task: MakeTask, watch?: PieceWatch): Promise<PieceShown>;
  /** Throws as {@link make} does. */
  read(task: ReadTask, watch?: PieceWatch): Promise<PieceShown>;
  /** Throws as {@link make} does. */
  write(task: ExportTask, watch?: PieceWatch): Promise<PieceFile>;
  close(): Promise<void>;
}

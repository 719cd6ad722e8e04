import {
  type ClientMessage,
  type ComposerChoice,
  MAX_MESSAGE_BYTES,
  MAX_TEXT,
  type ServerMessage,
} from '../../../src/protocol/session-protocol.js';
import type { Trouble } from '../app/trouble-words.js';
import { type BookStorage, PieceBook } from './piece-book.js';
import { type Piece, PieceDesk } from './piece-desk.js';
import { PIECE_KINDS } from './piece-kinds.js';

export type PieceFile = Extract<ServerMessage, { type: 'pieceFile' }>['file'];
type SoFar = Extract<ServerMessage, { type: 'pieceSoFar' }>['soFar'];
type MakeTask = Extract<ClientMessage, { type: 'makePiece' }>['task'];
type Asks = Extract<ClientMessage, { type: 'makePiece' | 'readPiece' | 'exportPiece' }>;
/** A request without its number. */
type Unnumbered = Asks extends infer A ? (A extends Asks ? Omit<A, 'request'> : never) : never;
export type PieceOptions = MakeTask['options'];

/** The values of a form: options of the piece, and a seed if given. */
export interface PieceRequest {
  readonly options: PieceOptions;
  readonly seed?: number;
}

/** An edit of the current piece. */
export type EditRequest = Omit<NonNullable<MakeTask['given']>, 'text'>;

/** State of pieces that the browser stores. */
export interface PieceMemory {
  /** Storage of the books. */
  readonly storage: BookStorage | undefined;
  /** The plugin that was chosen last. */
  readonly composer: string | undefined;
  /** Number of the piece that was last open, by plugin. */
  piece(plugin: string): number | undefined;
  chosen(plugin: string): void;
  opened(plugin: string, id: number): void;
}

/** A memory that stores nothing. */
export const NO_MEMORY: PieceMemory = {
  storage: undefined,
  composer: undefined,
  piece: () => undefined,
  chosen() {},
  opened() {},
};

/** Controls making pieces: the plugins, the requests to the host, and their results. */
export class PieceController {
  /** The plugins of the host that make pieces. */
  composers: readonly ComposerChoice[] = [];
  /** The last error. */
  trouble: Trouble | undefined;
  /** The plugin chosen by the user, now or last time. */
  #chosen: string | undefined;
  /** The plugin that plays: the default choice. */
  #playing: string | undefined;
  #soFar: SoFar | undefined;
  /** The pending request, and what to do with its piece. */
  #asked:
    | { readonly request: number; readonly asks: Unnumbered; readonly got: (piece: Piece) => void }
    | undefined;
  /** Pending exports by request number. */
  readonly #files = new Map<number, (file: PieceFile | undefined) => void>();
  #nextRequest = 1;
  readonly #desks = new Map<string, PieceDesk>();
  readonly #books = new Map<string, PieceBook>();
  /** Plugins whose last open piece has been requested. */
  readonly #resumed = new Set<string>();

  constructor(
    readonly send: (message: ClientMessage) => boolean,
    readonly changed: () => void,
    private readonly memory: PieceMemory = NO_MEMORY,
  ) {
    this.#chosen = memory.composer;
  }

  /** Sets the host's composers and the plugin that plays. */
  offered(composers: readonly ComposerChoice[], playing: string): void {
    this.composers = composers;
    this.#playing = playing;
  }

  /** The current composer; undefined where there is none. */
  get composer(): ComposerChoice | undefined {
    const named = (id: string | undefined) => this.composers.find((composer) => composer.id === id);
    return named(this.#chosen) ?? named(this.#playing) ?? this.composers[0];
  }

  choose(plugin: string): void {
    this.#chosen = plugin;
    this.memory.chosen(plugin);
    this.trouble = undefined;
    this.desk?.book.reload();
    this.resume();
    this.changed();
  }

  /** The desk of the current composer. */
  get desk(): PieceDesk | undefined {
    const { composer } = this;
    if (composer === undefined) return undefined;
    const { id, compose } = composer;
    const kind = PIECE_KINDS[compose.preview];
    const known = this.#desks.get(id);
    if (known?.kind === kind) return known;
    const key = kind.bookKey(id);
    const book = this.#books.get(key) ?? new PieceBook(this.memory.storage, key, kind);
    const desk = new PieceDesk(kind, book, (piece) => this.memory.opened(id, piece));
    this.#books.set(key, book);
    this.#desks.set(id, desk);
    return desk;
  }

  get piece(): Piece | undefined {
    return this.desk?.piece;
  }

  /** Progress of the piece being made. */
  get soFar(): SoFar | undefined {
    return this.doing?.plugin === this.composer?.id ? this.#soFar : undefined;
  }

  get busy(): boolean {
    return this.#asked !== undefined;
  }

  /** What the host is working on, and for which plugin. */
  get doing(): { readonly makes: boolean; readonly plugin: string } | undefined {
    const asks = this.#asked?.asks;
    return asks && { makes: asks.type === 'makePiece', plugin: asks.task.plugin };
  }

  /** Requests a new piece, one at a time. */
  make({ options, seed }: PieceRequest): void {
    const { composer, desk } = this;
    if (composer === undefined || desk === undefined) return;
    const task = { plugin: composer.id, options, ...(seed !== undefined && { seed }) };
    this.#ask({ type: 'makePiece', task }, (piece) => desk.begin(piece));
  }

  /** Requests another version of the current piece. It takes no seed, so repeating an edit gives another result. */
  edit(edit: EditRequest, options: PieceOptions): void {
    const { composer, desk } = this;
    if (composer === undefined || desk?.piece === undefined) return;
    const task = { plugin: composer.id, options, given: { text: desk.piece.text, ...edit } };
    this.#ask({ type: 'makePiece', task }, (piece) => desk.show(piece));
  }

  /** Opens the user's own piece and adds it to the book. */
  open(text: string): void {
    const { composer, desk } = this;
    if (composer === undefined || desk === undefined) return;
    this.#ask({ type: 'readPiece', task: { plugin: composer.id, text } }, (piece) => desk.begin(piece));
  }

  openFromBook(id: number): void {
    const { composer, desk } = this;
    const found = desk?.book.pieces.find((piece) => piece.id === id);
    if (composer === undefined || desk === undefined || found === undefined) return;
    if (id === desk.id && desk.piece !== undefined) return;
    this.#ask({ type: 'readPiece', task: { plugin: composer.id, text: found.text } }, (piece) =>
      desk.begin(piece, id),
    );
  }

  /** Reopens the piece of last time, once, when the drawer is shown. */
  resume(): void {
    const { composer, desk } = this;
    if (composer === undefined || this.busy || this.#resumed.has(composer.id)) return;
    this.#resumed.add(composer.id);
    const id = this.memory.piece(composer.id);
    if (id !== undefined && desk?.piece === undefined) this.openFromBook(id);
  }

  /** Exports the current piece; resolves with undefined on failure, which {@link trouble} explains. */
  async export(format: string, options: PieceOptions): Promise<PieceFile | undefined> {
    const { composer, piece } = this;
    if (composer === undefined || piece === undefined) return undefined;
    if (format === Object.keys(composer.compose.exports)[0]) return { content: piece.text, binary: false };
    const task = { plugin: composer.id, text: piece.text, format, options };
    const request = this.#say({ type: 'exportPiece', task });
    this.changed();
    if (request === undefined) return undefined;
    return new Promise((resolve) => {
      this.#files.set(request, resolve);
    });
  }

  cancel(): void {
    if (this.#asked === undefined) return;
    this.send({ type: 'cancelPiece', request: this.#asked.request });
    this.#end();
    this.changed();
  }

  /** Changes the piece or the book locally, without a request. */
  do<T>(what: (desk: PieceDesk) => T): T | undefined {
    const { desk } = this;
    const result = desk && what(desk);
    this.changed();
    return result;
  }

  receive(message: Extract<ServerMessage, { type: 'piece' | 'pieceSoFar' | 'pieceFile' }>): void {
    if (message.type === 'pieceFile') {
      this.#files.get(message.request)?.(message.file);
      this.#files.delete(message.request);
      return;
    }
    const asked = this.#asked;
    if (asked === undefined || message.request !== asked.request) return;
    if (message.type === 'pieceSoFar') this.#soFar = message.soFar;
    else {
      this.#end();
      asked.got(message.piece);
    }
    this.changed();
  }

  /** `request`: the refused request, where that is known. Refusals of cancelled requests are ignored. */
  refused(trouble: Trouble, request?: number): void {
    const file = request === undefined ? undefined : this.#files.get(request);
    if (request !== undefined && file !== undefined) {
      this.#files.delete(request);
      file(undefined);
    } else if (request === undefined || request === this.#asked?.request) this.#end();
    else return;
    this.trouble = trouble;
    this.changed();
  }

  /** The connection is lost, and pending requests with it. */
  lost(): void {
    this.#end();
    for (const file of this.#files.values()) file(undefined);
    this.#files.clear();
  }

  #ask(asks: Unnumbered, got: (piece: Piece) => void): void {
    if (this.busy) return;
    const request = this.#say(asks);
    if (request !== undefined) this.#asked = { request, asks, got };
    this.changed();
  }

  /** Sends a request. Returns its number; undefined where it was not sent. */
  #say(asks: Unnumbered): number | undefined {
    const request = this.#nextRequest++;
    const message = { ...asks, request } as Asks;
    if (textOf(asks).length > MAX_TEXT || byteLength(message) > MAX_MESSAGE_BYTES) {
      this.trouble = {
        code: 'PIECE_TOO_LARGE',
        message: `The ${this.composer?.compose.piece.one} is longer than the ${MAX_TEXT} characters that the host takes.`,
        hint: 'Give a part of it.',
      };
      return undefined;
    }
    this.trouble = undefined;
    return this.send(message) ? request : undefined;
  }

  #end(): void {
    this.#asked = undefined;
    this.#soFar = undefined;
  }
}

function textOf({ task }: Unnumbered): string {
  return 'text' in task ? task.text : (task.given?.text ?? '');
}

function byteLength(message: ClientMessage): number {
  return new TextEncoder().encode(JSON.stringify(message)).length;
}

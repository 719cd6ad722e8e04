import type { ServerMessage } from '../../../src/protocol/session-protocol.js';
import type { Deleted, PieceBook } from './piece-book.js';
import type { PieceKind } from './piece-kinds.js';
import { Versions } from './versions.js';

export type Piece = Extract<ServerMessage, { type: 'piece' }>['piece'];

/** The current piece of one plugin: its versions, and its entry in the book. */
export class PieceDesk {
  #versions = new Versions<Piece>();
  /** The piece's number in the book. */
  #id: number | undefined;
  #deleted: (Deleted & { readonly shown: boolean }) | undefined;

  constructor(
    readonly kind: PieceKind,
    readonly book: PieceBook,
    /** Called with the number of the piece that is open. */
    private readonly opened: (id: number) => void,
  ) {}

  /** The version shown. */
  get piece(): Piece | undefined {
    return this.#versions.current;
  }

  /** Its number in the book. */
  get id(): number | undefined {
    return this.#id;
  }

  get canUndo(): boolean {
    return this.#versions.hasEarlier;
  }

  get canRedo(): boolean {
    return this.#versions.hasLater;
  }

  /** Opens another piece: a new one, which is added to the book, or the book's piece `id`. */
  begin(piece: Piece, id?: number): void {
    const kept = this.book.pieces.find((one) => one.id === id);
    const named = this.#named(piece, kept?.named ? kept.title : undefined, kept?.title);
    this.#deleted = undefined;
    this.#id = id ?? this.book.add(named);
    this.opened(this.#id);
    this.#versions = new Versions<Piece>();
    this.#versions.add(named);
  }

  /** Adds another version. */
  show(piece: Piece): void {
    const kept = this.book.pieces.find(({ id }) => id === this.#id);
    // The user's name is kept if the text does not contain the title.
    this.#versions.add(this.#named(piece, kept?.named && !this.kind.hasTitle ? kept.title : undefined));
    this.#keep();
  }

  undo(): void {
    this.#versions.back();
    this.#keep();
  }

  redo(): void {
    this.#versions.forth();
    this.#keep();
  }

  rename(id: number, title: string): void {
    this.#deleted = undefined;
    const name = this.book.rename(id, title);
    if (id !== this.#id || name === undefined) return;
    this.#versions.change((piece) => ({
      ...piece,
      title: name,
      text: this.kind.withTitle(piece.text, name),
    }));
  }

  /** Deletes a piece; it can be restored until the next action. */
  delete(id: number): void {
    const deleted = this.book.delete(id);
    if (deleted === undefined) return;
    this.#deleted = { ...deleted, shown: id === this.#id };
    // The piece shown stays, but is no longer in the book.
    if (id === this.#id) this.#id = undefined;
  }

  /** The piece deleted last, while it can be restored. */
  get deleted(): Deleted | undefined {
    return this.#deleted;
  }

  /** Restores the piece deleted last. Returns its number in the book. */
  restore(): number | undefined {
    if (this.#deleted === undefined) return undefined;
    const id = this.book.restore(this.#deleted);
    if (this.#deleted.shown) this.#id = id;
    this.#deleted = undefined;
    return id;
  }

  #named(piece: Piece, own: string | undefined, fallback = this.kind.titleOf(piece.text)): Piece {
    return { ...piece, title: own ?? (piece.title === '' ? fallback : piece.title) };
  }

  /** Updates the book with the version shown. */
  #keep(): void {
    this.#deleted = undefined;
    if (this.#id !== undefined && this.piece !== undefined) this.book.update(this.#id, this.piece);
  }
}

import type { ServerMessage } from '../../../src/server/protocol.js';
import type { Deleted, PieceBook } from './piece-book.js';
import type { PieceKind } from './piece-kinds.js';
import { Versions } from './versions.js';

export type Piece = Extract<ServerMessage, { type: 'piece' }>['piece'];

/** The piece of one plugin that is worked on: how it came to be, and where it stands in the book. */
export class PieceDesk {
  #versions = new Versions<Piece>();
  /** Of the piece in the book. */
  #id: number | undefined;
  #deleted: (Deleted & { readonly shown: boolean }) | undefined;

  constructor(
    readonly kind: PieceKind,
    readonly book: PieceBook,
    /** Hears which piece of the book is open. */
    private readonly opened: (id: number) => void,
  ) {}

  /** The one that is shown. */
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

  /** Another piece is worked on: a new one, which comes into the book, or the one that stands there under `id`. */
  begin(piece: Piece, id?: number): void {
    const kept = this.book.pieces.find((one) => one.id === id);
    const named = this.#named(piece, kept?.named ? kept.title : undefined, kept?.title);
    this.#deleted = undefined;
    this.#id = id ?? this.book.add(named);
    this.opened(this.#id);
    this.#versions = new Versions<Piece>();
    this.#versions.add(named);
  }

  /** Another version of it. */
  show(piece: Piece): void {
    const kept = this.book.pieces.find(({ id }) => id === this.#id);
    // A name of its own stays, where it does not stand in the text.
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

  /** It can be had back until something else is done. */
  delete(id: number): void {
    const deleted = this.book.delete(id);
    if (deleted === undefined) return;
    this.#deleted = { ...deleted, shown: id === this.#id };
    // What is shown stays, and is in no book any more.
    if (id === this.#id) this.#id = undefined;
  }

  /** What was deleted last, while it can be had back. */
  get deleted(): Deleted | undefined {
    return this.#deleted;
  }

  /** Puts back what was deleted last. Returns its number in the book. */
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

  /** The book has what is shown. */
  #keep(): void {
    this.#deleted = undefined;
    if (this.#id !== undefined && this.piece !== undefined) this.book.update(this.#id, this.piece);
  }
}

import { z } from 'zod';

/** A piece in a book. */
export interface BookPiece {
  readonly id: number;
  readonly title: string;
  readonly text: string;
  /** Whether the user named it: such pieces are dropped last when the book is full. */
  readonly named: boolean;
}

/** A deleted piece and its former position. */
export interface Deleted {
  readonly piece: BookPiece;
  readonly place: number;
}

/** How a book handles the texts of its pieces. */
export interface BookKind {
  /** A piece's text with another title. */
  withTitle(text: string, title: string): string;
  /** Texts as one file. */
  joined(texts: readonly string[]): string;
}

/** The parts of a browser's storage that are used. */
export type BookStorage = Pick<Storage, 'getItem' | 'setItem'>;

export const MOST_PIECES = 200;
/** Most characters of a book, of some five million that browsers give a page. */
const MOST_CHARACTERS = 2_000_000;
export const LONGEST_TITLE = 120;

const kept = { id: z.int().min(0), title: z.string(), named: z.boolean() };
const stored = z.union([
  z.object({ pieces: z.array(z.object({ ...kept, text: z.string().min(1) })) }),
  // The old format, when books held only tunes.
  z.object({
    tunes: z.array(
      z
        .object({ ...kept, abc: z.string().min(1) })
        .transform(({ abc, ...piece }) => ({ ...piece, text: abc })),
    ),
  }),
]);

/**
 * The pieces of one kind kept in this browser, the newest first. If the browser stores nothing or has no room, the book lasts until
 * the page is left, and `kept` is false.
 */
export class PieceBook {
  #pieces: readonly BookPiece[] = [];
  /** Whether the browser has stored the book. */
  kept: boolean;

  constructor(
    private readonly storage: BookStorage | undefined,
    private readonly key: string,
    readonly kind: BookKind,
  ) {
    this.kept = storage !== undefined;
    this.reload();
  }

  get pieces(): readonly BookPiece[] {
    return this.#pieces;
  }

  /** Reads what another page of the same browser has written. */
  reload(): void {
    if (!this.kept) return;
    let text: string | null;
    try {
      text = this.storage?.getItem(this.key) ?? null;
    } catch {
      this.kept = false;
      return;
    }
    this.#pieces = text === null ? [] : read(text);
  }

  /** Adds a piece. Returns its number. */
  add({ title, text }: Pick<BookPiece, 'title' | 'text'>): number {
    this.reload();
    const id = this.#freeId();
    this.#write([
      { id, title: title === '' ? 'Without a name' : title, text, named: false },
      ...this.#pieces,
    ]);
    return id;
  }

  update(id: number, { title, text }: Pick<BookPiece, 'title' | 'text'>): void {
    this.reload();
    this.#write(this.#pieces.map((piece) => (piece.id === id ? { ...piece, title, text } : piece)));
  }

  /** Renames a piece. Returns the cleaned name; undefined where it is empty, or there is no such piece. */
  rename(id: number, typed: string): string | undefined {
    this.reload();
    const title = typed.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TITLE);
    if (title === '' || !this.#pieces.some((piece) => piece.id === id)) return undefined;
    this.#write(
      this.#pieces.map((piece) =>
        piece.id === id
          ? { ...piece, title, text: this.kind.withTitle(piece.text, title), named: true }
          : piece,
      ),
    );
    return title;
  }

  /** Deletes a piece. Returns it for {@link restore}; undefined where there was no such piece. */
  delete(id: number): Deleted | undefined {
    this.reload();
    const place = this.#pieces.findIndex((piece) => piece.id === id);
    const piece = this.#pieces[place];
    if (piece === undefined) return undefined;
    this.#write(this.#pieces.filter((other) => other !== piece));
    return { piece, place };
  }

  /** Restores a piece at its former position. Returns its number, a new one if the old was reused. */
  restore({ piece, place }: Deleted): number {
    this.reload();
    const taken = this.#pieces.some(({ id }) => id === piece.id);
    const id = taken ? this.#freeId() : piece.id;
    this.#write(this.#pieces.toSpliced(place, 0, { ...piece, id }));
    return id;
  }

  #freeId(): number {
    return this.#pieces.reduce((largest, piece) => Math.max(largest, piece.id), 0) + 1;
  }

  /** All pieces as one file, the oldest first. */
  export(): string {
    return this.kind.joined(this.#pieces.toReversed().map(({ text }) => text));
  }

  #write(pieces: readonly BookPiece[]): void {
    this.#pieces = bounded(pieces);
    if (this.storage === undefined) return;
    try {
      this.storage.setItem(this.key, JSON.stringify({ pieces: this.#pieces }));
      this.kept = true;
    } catch {
      // Storage is refused or full.
      this.kept = false;
    }
  }
}

/** Parses a stored book; invalid data gives an empty one. */
function read(text: string): readonly BookPiece[] {
  try {
    const { data } = stored.safeParse(JSON.parse(text));
    if (data === undefined) return [];
    return bounded('pieces' in data ? data.pieces : data.tunes);
  } catch {
    return [];
  }
}

/** Drops pieces until the book fits: the oldest first, unnamed before named ones, never the newest. */
function bounded(pieces: readonly BookPiece[]): readonly BookPiece[] {
  const left = [...pieces];
  const size = () => left.reduce((sum, { title, text }) => sum + title.length + text.length, 0);
  while (left.length > MOST_PIECES || (left.length > 1 && size() > MOST_CHARACTERS)) {
    const unnamed = left.findLastIndex(({ named }, index) => !named && index > 0);
    left.splice(unnamed < 0 ? left.length - 1 : unnamed, 1);
  }
  return left;
}

/** The browser's storage; undefined where the page may not use it. */
export function browserStorage(): BookStorage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

import { z } from 'zod';

/** A tune in the book. */
export interface BookTune {
  readonly id: number;
  readonly title: string;
  readonly abc: string;
  /** It was given a name here: it is not the first to go when the book is full. */
  readonly named: boolean;
}

/** A tune that is no longer in the book, and where it stood. */
export interface Deleted {
  readonly tune: BookTune;
  readonly place: number;
}

/** The parts of a browser's storage that are used here. */
export type BookStorage = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'continuo.tunebook';
export const MOST_TUNES = 200;
/** Characters, of some five million that browsers give a page. */
const MOST_CHARACTERS = 2_000_000;
export const LONGEST_TITLE = 120;

const stored = z.object({
  tunes: z.array(
    z.object({ id: z.int().min(0), title: z.string(), abc: z.string().min(1), named: z.boolean() }),
  ),
});

/**
 * The tunes that are kept in this browser, the newest first. Where the browser keeps nothing, or has no room, the book is there
 * until the page is left, and says so.
 */
export class Tunebook {
  #tunes: readonly BookTune[] = [];
  /** Whether the browser has kept the book as it is. */
  kept: boolean;

  constructor(private readonly storage: BookStorage | undefined) {
    this.kept = storage !== undefined;
    this.reload();
  }

  get tunes(): readonly BookTune[] {
    return this.#tunes;
  }

  /** Takes what another page of the same browser has written. */
  reload(): void {
    if (!this.kept) return;
    let text: string | null;
    try {
      text = this.storage?.getItem(KEY) ?? null;
    } catch {
      this.kept = false;
      return;
    }
    this.#tunes = text === null ? [] : read(text);
  }

  /** Returns its number. */
  add({ title, abc }: Pick<BookTune, 'title' | 'abc'>): number {
    this.reload();
    const id = this.#freeId();
    this.#write([{ id, title: title === '' ? 'Without a name' : title, abc, named: false }, ...this.#tunes]);
    return id;
  }

  update(id: number, { title, abc }: Pick<BookTune, 'title' | 'abc'>): void {
    this.reload();
    this.#write(this.#tunes.map((tune) => (tune.id === id ? { ...tune, title, abc } : tune)));
  }

  /** Returns the name as it stands there now; undefined where none was given, or there is no such tune. */
  rename(id: number, wish: string): string | undefined {
    this.reload();
    const title = wish.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TITLE);
    if (title === '' || !this.#tunes.some((tune) => tune.id === id)) return undefined;
    this.#write(
      this.#tunes.map((tune) =>
        tune.id === id ? { ...tune, title, abc: withTitle(tune.abc, title), named: true } : tune,
      ),
    );
    return title;
  }

  /** Returns what was deleted, for {@link restore}; undefined where there was no such tune. */
  delete(id: number): Deleted | undefined {
    this.reload();
    const place = this.#tunes.findIndex((tune) => tune.id === id);
    const tune = this.#tunes[place];
    if (tune === undefined) return undefined;
    this.#write(this.#tunes.filter((other) => other !== tune));
    return { tune, place };
  }

  /** Puts a tune back where it stood. Returns its number, another one where that was given away meanwhile. */
  restore({ tune, place }: Deleted): number {
    this.reload();
    const taken = this.#tunes.some(({ id }) => id === tune.id);
    const id = taken ? this.#freeId() : tune.id;
    this.#write(this.#tunes.toSpliced(place, 0, { ...tune, id }));
    return id;
  }

  #freeId(): number {
    return this.#tunes.reduce((largest, tune) => Math.max(largest, tune.id), 0) + 1;
  }

  /** All tunes as one ABC file, the oldest first, numbered anew. */
  export(): string {
    return this.#tunes
      .toReversed()
      .map(({ abc }, index) => `${abc.trim().replace(/^X:.*$/m, `X:${index + 1}`)}\n`)
      .join('\n');
  }

  #write(tunes: readonly BookTune[]): void {
    this.#tunes = bounded(tunes);
    if (this.storage === undefined) return;
    try {
      this.storage.setItem(KEY, JSON.stringify({ tunes: this.#tunes }));
      this.kept = true;
    } catch {
      // Refused, or full.
      this.kept = false;
    }
  }
}

/** What was written by another program, or by hand, is no book. */
function read(text: string): readonly BookTune[] {
  try {
    const { data } = stored.safeParse(JSON.parse(text));
    return data === undefined ? [] : bounded(data.tunes);
  } catch {
    return [];
  }
}

/** The oldest goes first, those without a name of their own before the others; the newest never. */
function bounded(tunes: readonly BookTune[]): readonly BookTune[] {
  const left = [...tunes];
  const size = () => left.reduce((sum, { title, abc }) => sum + title.length + abc.length, 0);
  while (left.length > MOST_TUNES || (left.length > 1 && size() > MOST_CHARACTERS)) {
    const unnamed = left.findLastIndex(({ named }, index) => !named && index > 0);
    left.splice(unnamed < 0 ? left.length - 1 : unnamed, 1);
  }
  return left;
}

/** A tune's ABC under another name: its first T:, or a new one after X:. */
export function withTitle(abc: string, title: string): string {
  if (/^T:.*$/m.test(abc)) return abc.replace(/^T:.*$/m, () => `T:${title}`);
  return abc.replace(/^X:.*$/m, (number) => `${number}\nT:${title}`);
}

/** The browser's storage, where it lets a page have one. */
export function browserStorage(): BookStorage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

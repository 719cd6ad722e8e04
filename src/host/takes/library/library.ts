import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { ContinuoError } from '../../../errors.js';
import { makeFolder } from '../../../make-folder.js';
import { logIn } from '../disk.js';
import { type About, checkedName, readAbout, writeAbout } from './about.js';
import { summarize, type TakeSummary } from './summary.js';
import { isBeingWritten } from './written-by.js';

/** Deleted takes lie here, inside the folder of takes, so that moving them there is one step. */
const TRASH = '.trash';
/** Deleted takes are kept for so many days. */
export const TRASH_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Means the latest take. */
export const LAST = 'last';
/** Names in an error message. */
const SHOWN = 5;
/** How the writer of takes names a folder. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z(-\d+)?$/;

/** The takes in a folder: listed, found, named, deleted and brought back. */
export class TakeLibrary {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  get trash(): string {
    return join(this.folder, TRASH);
  }

  /** The takes, the latest first. `deleted`: those in the trash. `watch` hears how much is done, 0 to 1. */
  async list({
    deleted = false,
    watch = async () => {},
  }: {
    readonly deleted?: boolean;
    readonly watch?: (share: number) => Promise<void>;
  } = {}): Promise<TakeSummary[]> {
    const folders = takesIn(deleted ? this.trash : this.folder);
    const summaries: TakeSummary[] = [];
    for (const folder of folders) {
      summaries.push(await summarize(folder));
      await watch(summaries.length / folders.length);
    }
    const when = ({ deleted, date, id }: TakeSummary) => deleted ?? date ?? id;
    return summaries.sort((one, other) => (when(one) < when(other) ? 1 : -1));
  }

  /**
   * The folder of a take, by its id, its name, the beginning of one of them that no other has, its path, or `last`. Throws TAKE_UNKNOWN
   * and TAKE_AMBIGUOUS.
   */
  find(reference: string, { deleted = false }: { readonly deleted?: boolean } = {}): string {
    const folders = takesIn(deleted ? this.trash : this.folder);
    const found = named(folders, reference);
    if (found.length === 1) return found[0]!;
    if (found.length > 1) throw ambiguous(reference, found);
    const path = resolve(reference);
    if (!deleted && existsSync(logIn(path))) return path;
    if (!deleted && basename(path) === 'take.jsonl' && existsSync(path)) return dirname(path);
    throw this.#unknown(reference, folders, deleted);
  }

  /** The folder of the take with exactly this id. Throws TAKE_UNKNOWN. */
  byId(id: string, { deleted = false }: { readonly deleted?: boolean } = {}): string {
    const folders = takesIn(deleted ? this.trash : this.folder);
    const folder = folders.find((one) => basename(one) === id);
    if (folder !== undefined) return folder;
    throw this.#unknown(id, folders, deleted);
  }

  #unknown(reference: string, folders: readonly string[], deleted: boolean): ContinuoError {
    const where = deleted ? `the trash of ${this.folder}` : this.folder;
    const latest = folders.slice(-SHOWN).reverse().map(calledOf).join(', ');
    const trashed = !deleted && named(takesIn(this.trash), reference).length > 0;
    return new ContinuoError(
      'TAKE_UNKNOWN',
      `There is no take ${JSON.stringify(reference)} in ${where}.`,
      trashed
        ? `It was deleted: continuo takes restore ${reference} brings it back.`
        : folders.length === 0
          ? 'There are none there; --takes names another folder.'
          : `The latest are ${latest}. continuo takes list names all; a path of a take's folder does too.`,
    );
  }

  /** Names a take, which may be one that is being written: its folder keeps its name. Throws TAKE_NAME, FILE_WRITE. */
  async rename(folder: string, name: string): Promise<string> {
    const kept = checkedName(name);
    await writeAbout(folder, { ...readAbout(folder), name: kept });
    return kept;
  }

  /** Moves a take to the trash, from which {@link restore} brings it back. Throws TAKE_BUSY, FILE_WRITE. */
  async remove(folder: string): Promise<string> {
    requireRest(folder);
    const about: About = { ...readAbout(folder), deleted: new Date().toISOString() };
    await writeAbout(folder, about);
    try {
      return moved(folder, this.trash);
    } catch (error) {
      await writeAbout(folder, { ...about, deleted: undefined });
      throw error;
    }
  }

  /** Brings a deleted take back; returns where it is now. Throws FILE_WRITE. */
  async restore(folder: string): Promise<string> {
    const back = moved(folder, this.folder);
    await writeAbout(back, { ...readAbout(back), deleted: undefined });
    return back;
  }

  /** Removes a take, in the trash or not, for good. Throws TAKE_BUSY, FILE_WRITE. */
  removeForGood(folder: string): void {
    requireRest(folder);
    try {
      rmSync(folder, { recursive: true });
    } catch (cause) {
      throw cannotMove(folder, cause);
    }
  }

  /** Removes for good what was deleted more than {@link TRASH_DAYS} days ago. Returns how many takes that were. */
  emptyOld(now = Date.now()): number {
    const old = takesIn(this.trash).filter((folder) => {
      const { deleted } = readAbout(folder);
      return deleted !== undefined && Date.parse(deleted) < now - TRASH_DAYS * DAY_MS;
    });
    for (const folder of old) this.removeForGood(folder);
    return old.length;
  }

  /** The deleted take that was deleted last. Throws TAKE_UNKNOWN. */
  lastDeleted(): string {
    const when = (folder: string) => readAbout(folder).deleted ?? '';
    const [latest] = takesIn(this.trash).sort((one, other) => (when(one) < when(other) ? 1 : -1));
    if (latest !== undefined) return latest;
    throw new ContinuoError(
      'TAKE_UNKNOWN',
      `The trash of ${this.folder} is empty.`,
      `Deleted takes are kept there for ${TRASH_DAYS} days.`,
    );
  }
}

/** The folders of takes in a folder, in the order of their names. */
function takesIn(parent: string): string[] {
  let names: string[];
  try {
    names = readdirSync(parent);
  } catch {
    return [];
  }
  return names
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(parent, name))
    .filter(isTake)
    .sort();
}

/** Also a folder in which nothing but its name says that a take was begun there. */
function isTake(folder: string): boolean {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return (
    TIMESTAMP.test(basename(folder)) || existsSync(logIn(folder)) || existsSync(join(folder, 'take.mid'))
  );
}

/** The takes that a reference means: the first of these rules by which it means any. */
function named(folders: readonly string[], reference: string): string[] {
  if (reference === LAST) return folders.slice(-1);
  if (reference === '') return [];
  const lower = reference.toLowerCase();
  const name = (folder: string) => readAbout(folder).name ?? '';
  const rules = [
    (folder: string) => basename(folder) === reference,
    (folder: string) => name(folder) === reference,
    (folder: string) => name(folder).toLowerCase() === lower,
    (folder: string) => basename(folder).startsWith(reference),
    (folder: string) => name(folder).toLowerCase().startsWith(lower),
  ];
  for (const rule of rules) {
    const found = folders.filter(rule);
    if (found.length > 0) return found;
  }
  return [];
}

function calledOf(folder: string): string {
  const { name } = readAbout(folder);
  return name === undefined ? basename(folder) : `${JSON.stringify(name)} (${basename(folder)})`;
}

function ambiguous(reference: string, found: readonly string[]): ContinuoError {
  const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : '';
  return new ContinuoError(
    'TAKE_AMBIGUOUS',
    `${JSON.stringify(reference)} means ${found.length} takes: ${found.slice(-SHOWN).map(calledOf).join(', ')}${more}.`,
    'Give more of the id, or another name.',
  );
}

function requireRest(folder: string): void {
  if (!isBeingWritten(folder)) return;
  throw new ContinuoError(
    'TAKE_BUSY',
    `${calledOf(folder)} is being written: a session still plays it.`,
    'Close that session first, or choose a model there, which begins another take.',
  );
}

/** Moves a folder into another; under another name where its own is taken. Throws FILE_WRITE. */
function moved(folder: string, parent: string): string {
  makeFolder(parent);
  const name = basename(folder);
  for (let count = 1; ; count++) {
    const to = join(parent, count === 1 ? name : `${name}-${count}`);
    if (existsSync(to)) continue;
    try {
      renameSync(folder, to);
      return to;
    } catch (cause) {
      throw cannotMove(folder, cause);
    }
  }
}

function cannotMove(folder: string, cause: unknown): ContinuoError {
  const { code } = cause as NodeJS.ErrnoException;
  return new ContinuoError(
    'FILE_WRITE',
    `${folder} cannot be moved or removed (${code}).`,
    `May you write in ${dirname(folder)}${sep}, and is it on the same disk?`,
    { cause },
  );
}

import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ContinuoError } from '../errors.js';

/**
 * A member of a corpus, a line of its list: a MIDI file or an ABC tune. Members are identified by their content, wherever they are in
 * an archive or a folder, so finding one verifies it.
 */
export interface Member {
  /** First 32 hex digits of the SHA-256 of the file, or of the tune as {@link tunesOfBook} gives it. */
  readonly digest: string;
  /** In the corpus folder: of the file, or of the book that the tune stands in. */
  readonly path: string;
  /** Files of one piece, or the tune's place in its book. */
  readonly piece: string;
  readonly split: 'train' | 'valid';
}

const HEADER = 'digest,path,piece,split';

/** Reads a list of members. Throws FILE_READ naming the line. */
export function parseMembers(text: string, name: string): Member[] {
  const [header, ...rows] = text.trimEnd().split('\n');
  const wrong = (line: number, what: string) =>
    new ContinuoError('FILE_READ', `${name}, line ${line}: ${what}.`, `Each line has ${HEADER}.`);
  if (header !== HEADER) throw wrong(1, `expected ${HEADER}`);
  return rows.map((row, index) => {
    const [digest, path, piece, split, ...more] = row.split(',');
    const inside = path && !path.startsWith('/') && !/[\\:]/.test(path) && !path.split('/').includes('..');
    if (!/^[0-9a-f]{32}$/.test(digest ?? '') || !inside || !piece || more.length > 0)
      throw wrong(index + 2, `got ${JSON.stringify(row.slice(0, 80))}`);
    if (split !== 'train' && split !== 'valid') throw wrong(index + 2, 'split is train or valid');
    return { digest: digest!, path, piece, split };
  });
}

/** The digest that identifies a member: the first half of its SHA-256, 32 hex digits. */
export function digestOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}

/**
 * The tunes of a book, each from X: to the next one, normalised: without trailing blanks, empty lines and lines of percent signs. So a
 * tune has the same digest wherever it was copied to.
 */
export function tunesOfBook(text: string): string[] {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/^(?=X:)/m)
    .filter((part) => part.startsWith('X:'))
    .map((part) =>
      part
        .split('\n')
        .map((line) => line.trimEnd())
        .filter((line) => line !== '' && !/^%+$/.test(line))
        .join('\n'),
    );
}

/** Gathers the members of a corpus from whatever files it is offered. */
export interface Gathering {
  offer(path: string, bytes: Uint8Array): Promise<void>;
  /** Writes the files that need all members (books, splits), and returns the members that were not found. */
  finish(): Promise<{ missing: Member[]; unverified: Member[] }>;
}

/** Gathers MIDI files. `byName`: where no file has a member's content, one with its name is taken and reported as not verified. */
export function gatherMidi(members: readonly Member[], folder: string, byName: boolean): Gathering {
  const places = groupBy(members, ({ digest }) => digest);
  const found = new Set<Member>();
  const named = new Map<string, Uint8Array>();
  const write = async (member: Member, bytes: Uint8Array) => {
    await mkdir(dirname(join(folder, member.path)), { recursive: true });
    await writeFile(join(folder, member.path), bytes);
  };
  const names = new Map(members.map((member) => [member.path.split('/').at(-1)!, member]));
  return {
    async offer(path, bytes) {
      for (const member of places.get(digestOf(bytes)) ?? []) {
        if (found.has(member)) continue;
        found.add(member);
        await write(member, bytes);
      }
      if (byName && names.has(path.split('/').at(-1)!)) named.set(`/${path}`, bytes);
    },
    async finish() {
      const missing: Member[] = [];
      const unverified: Member[] = [];
      for (const member of members.filter((member) => !found.has(member))) {
        const match = [...named].find(([path]) => path.endsWith(`/${member.path}`));
        (match ? unverified : missing).push(member);
        if (match) await write(member, match[1]);
      }
      const there = members.filter((member) => !missing.includes(member));
      const rows = there.map(({ path, piece, split }) => `${path},${piece},${split}\n`);
      await writeFile(join(folder, 'splits.csv'), `path,piece,split\n${rows.join('')}`);
      return { missing, unverified };
    },
  };
}

/** Gathers tunes, known by their content, into books of the names that the list gives. */
export function gatherTunes(members: readonly Member[], folder: string): Gathering {
  const wanted = new Set(members.map(({ digest }) => digest));
  const found = new Map<string, string>();
  return {
    async offer(_path, bytes) {
      for (const tune of tunesOfBook(decode(bytes))) {
        const digest = digestOf(tune);
        if (wanted.has(digest)) found.set(digest, tune);
      }
    },
    async finish() {
      const missing = members.filter(({ digest }) => !found.has(digest));
      for (const [book, all] of groupBy(members, ({ path }) => path)) {
        const there = all.filter(({ digest }) => found.has(digest));
        if (there.length === 0) continue;
        await writeFile(join(folder, book), `${there.map(({ digest }) => found.get(digest)).join('\n\n')}\n`);
        const splits = book.replace(/\.abc$/, '.splits.txt');
        await writeFile(join(folder, splits), there.map(({ split }) => `${split}\n`).join(''));
      }
      return { missing, unverified: [] };
    },
  };
}

/** Old books are in Latin-1. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

import { existsSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { ContinuoError } from '../errors.js';
import { makeFolder } from '../make-folder.js';
import { MOST_MUSIC, readRegularFile, requireRegularFile } from '../read-file.js';
import { readFolder } from '../read-folder.js';
import { type DownloadOptions, download, sha256Of } from './download.js';
import { corpusFolder, type Manifest, type Source } from './manifest.js';
import { digestOf, type Gathering, gatherMidi, gatherTunes, parseMembers } from './members.js';
import { Zip } from './zip.js';

export interface FetchOptions extends Pick<DownloadOptions, 'signal' | 'retrying' | 'patience' | 'delay'> {
  /** Folder of the corpus; default: in the user's folder. */
  readonly to?: string;
  /** A folder that has the files already, as archives or unpacked, in any layout. */
  readonly from?: string;
  /** The user accepts the terms of a corpus that is not for commercial use. */
  readonly accept?: boolean;
  /** Accepts members that are missing or do not match their checksum. */
  readonly unverified?: boolean;
  readonly downloading?: (source: Source, done: number, total: number | undefined) => void;
  readonly unpacking?: (done: number, total: number) => void;
}

/** corpus.json in a corpus folder: what it is, and how far it was verified. */
const Record = z.object({
  name: z.string(),
  kind: z.enum(['midi', 'abc']),
  licence: z.string(),
  asks: z.string(),
  citation: z.string(),
  codec: z.string().optional(),
  /** Digest of the list of members. */
  list: z.string(),
  pieces: z.number(),
  verified: z.number(),
  missing: z.number(),
});
export type CorpusRecord = z.infer<typeof Record>;

export interface FetchReport extends CorpusRecord {
  readonly folder: string;
  /** The corpus was complete already; nothing was fetched. */
  readonly already: boolean;
}

/** corpus.json of a folder that `fetchCorpus` made; null elsewhere. */
export async function corpusRecord(folder: string): Promise<CorpusRecord | null> {
  try {
    return Record.parse(JSON.parse(String(await readRegularFile(join(folder, 'corpus.json'), MOST_MUSIC))));
  } catch {
    return null;
  }
}

/**
 * Fetches a corpus: downloads or reads its sources, takes the members of its list out of them, verifies each by its content, and
 * writes them in the layout that `dataset build` reads. All or nothing; partial downloads stay for the next call. Throws CORPUS_LICENCE, CORPUS_CHECKSUM, DOWNLOAD_FAILED, ARCHIVE_BROKEN, FILE_READ, FILE_WRITE, and the
 * signal's reason.
 */
export async function fetchCorpus(manifest: Manifest, options: FetchOptions = {}): Promise<FetchReport> {
  const { name, kind, licence, citation, codec, sources, members: list } = manifest;
  if (!sources || !list) {
    throw new ContinuoError(
      'CORPUS_UNKNOWN',
      `${name} comes with Continuo: there is nothing to fetch.`,
      `continuo dataset build ${name} --out FOLDER uses it.`,
    );
  }
  if (licence.nonCommercial && !options.accept) {
    throw new ContinuoError(
      'CORPUS_LICENCE',
      `${name} is under ${licence.name}, which is not for commercial use. ${licence.asks}`,
      'If you keep to that, say so with --accept.',
    );
  }
  const to = resolve(options.to ?? corpusFolder(manifest));
  const text = String(await readRegularFile(join(manifest.at, list), MOST_MUSIC));
  const members = parseMembers(text, list);
  const there = await corpusRecord(to);
  if (there?.list === digestOf(text) && there.verified === members.length)
    return { ...there, folder: to, already: true };
  await refuseOtherFolders(to, there !== null);

  const part = `${to}.part-${process.pid}`;
  const archives: string[] = [];
  try {
    makeFolder(part);
    const gathering =
      kind === 'midi' ? gatherMidi(members, part, options.unverified === true) : gatherTunes(members, part);
    if (options.from !== undefined) await offerFolder(gathering, options.from, sources, options);
    else archives.push(...(await offerDownloads(gathering, to, sources, options)));
    const { missing, unverified } = await gathering.finish();
    const pieces = members.length - missing.length;
    const verified = pieces - unverified.length;
    if (pieces === 0 || (verified < members.length && !options.unverified))
      throw notAll(
        manifest,
        { expected: members.length, verified, first: (missing[0] ?? unverified[0])!.path },
        archives,
      );
    const record: CorpusRecord = {
      name,
      kind,
      licence: licence.name,
      asks: licence.asks,
      citation,
      ...(codec === undefined ? {} : { codec }),
      list: digestOf(text),
      pieces,
      verified,
      missing: missing.length,
    };
    await writeFile(join(part, 'corpus.json'), `${JSON.stringify(record, null, 2)}\n`);
    await writeFile(join(part, 'LICENSE'), `${licence.name}\n\n${licence.asks}\n\n${citation}\n`);
    options.signal?.throwIfAborted();
    await rm(to, { recursive: true, force: true });
    await rename(part, to);
    for (const file of archives) await rm(file, { force: true });
    return { ...record, folder: to, already: false };
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Downloads the sources beside `to` and offers what they hold; returns the files, which stay until the corpus is complete. */
async function offerDownloads(
  gathering: Gathering,
  to: string,
  sources: readonly Source[],
  options: FetchOptions,
): Promise<string[]> {
  const files: string[] = [];
  for (const [index, source] of sources.entries()) {
    const file = `${to}.download-${index + 1}`;
    await bring(source, file, options);
    files.push(file);
    if (source.archive === 'zip') await offerZip(gathering, file, options);
    else await gathering.offer(nameOf(source), await readRegularFile(file, MOST_MUSIC));
  }
  return files;
}

/** Downloads a source to `file`, unless an earlier call, which failed later, left it there complete. */
async function bring(source: Source, file: string, options: FetchOptions): Promise<void> {
  if (existsSync(file)) return;
  const { url, bytes, sha256 } = source;
  await download({
    ...options,
    ...(bytes && { bytes }),
    ...(sha256 && { sha256 }),
    ...{ url, to: file },
    progress: (done, total) => options.downloading?.(source, done, total),
  });
}

function nameOf({ url }: Source): string {
  return basename(new URL(url).pathname);
}

async function offerZip(gathering: Gathering, file: string, options: FetchOptions): Promise<void> {
  try {
    await offerEntries(gathering, file, options, options.unpacking);
  } catch (error) {
    // The next call would take a damaged archive for a complete one, and fail again.
    if (error instanceof ContinuoError && error.code === 'ARCHIVE_BROKEN') await rm(file, { force: true });
    throw error;
  }
}

async function offerEntries(
  gathering: Gathering,
  file: string,
  { signal }: FetchOptions,
  progress?: (done: number, total: number) => void,
): Promise<void> {
  const zip = await Zip.open(file);
  try {
    const entries = zip.entries.filter(({ path }) => MUSIC.test(path));
    for (const [index, entry] of entries.entries()) {
      signal?.throwIfAborted();
      await gathering.offer(entry.path, await zip.read(entry));
      progress?.(index + 1, entries.length);
    }
  } finally {
    await zip.close();
  }
}

const MUSIC = /\.(midi?|abc)$/i;
const ARCHIVE = /\.(zip|whl)$/i;

async function offerFolder(
  gathering: Gathering,
  from: string,
  sources: readonly Source[],
  options: FetchOptions,
): Promise<void> {
  const paths = await readFolder(from, 'Give a folder with the archives or the files.', { recursive: true });
  const files = paths.filter((path) => MUSIC.test(path) || ARCHIVE.test(path)).sort();
  for (const [index, path] of files.entries()) {
    options.signal?.throwIfAborted();
    const file = join(from, path);
    if (ARCHIVE.test(path)) await offerLocalZip(gathering, file, sources, options);
    else await gathering.offer(path.split(sep).join('/'), await readRegularFile(file, MOST_MUSIC));
    options.unpacking?.(index + 1, files.length);
  }
}

/** Reads a user's archive, which is not changed. If it has the name of a source, it must be that source. */
async function offerLocalZip(
  gathering: Gathering,
  file: string,
  sources: readonly Source[],
  options: FetchOptions,
): Promise<void> {
  await requireRegularFile(file);
  const source = sources.find((source) => nameOf(source) === basename(file));
  if (source?.sha256 !== undefined && !options.unverified) {
    const found = await sha256Of(file);
    if (found !== source.sha256)
      throw new ContinuoError('CORPUS_CHECKSUM', `${file}: expected SHA-256 ${source.sha256}, got ${found}.`);
  }
  await offerEntries(gathering, file, options);
}

/** Refuses to replace a folder that is not a fetched corpus. */
async function refuseOtherFolders(to: string, corpus: boolean): Promise<void> {
  const names: string[] = await readdir(to).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new ContinuoError(
      'FILE_WRITE',
      `${to} is no folder (${cause.code}).`,
      'Give another with --to FOLDER.',
    );
  });
  if (names.length > 0 && !corpus) {
    throw new ContinuoError(
      'FILE_WRITE',
      `${to} holds other files than a corpus that was fetched.`,
      'Give a folder that is not there yet.',
    );
  }
}

function notAll(
  { name, kind }: Manifest,
  {
    expected,
    verified,
    first,
  }: { readonly expected: number; readonly verified: number; readonly first: string },
  archives: readonly string[],
): ContinuoError {
  const what = kind === 'midi' ? 'files' : 'tunes';
  const again = archives.length > 0 ? ` To download again, delete ${archives.join(' and ')}.` : '';
  return new ContinuoError(
    'CORPUS_CHECKSUM',
    `${name}: expected ${expected} ${what}, of which ${verified} were found as they should be; one that was not: ${first}.`,
    `--unverified takes what is there and notes what was not verified.${again}`,
  );
}

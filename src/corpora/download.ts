import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { anySignal } from '../any-signal.js';
import { ContinuoError } from '../errors.js';
import { makeFolder } from '../make-folder.js';

export interface DownloadOptions {
  readonly url: string;
  /** Where the file goes; `FILE.partial` beside it until it is whole, and over interruptions. */
  readonly to: string;
  /** What is known of the file. */
  readonly bytes?: number;
  readonly sha256?: string;
  readonly signal?: AbortSignal;
  /** `total` is undefined where the server does not say. */
  readonly progress?: (done: number, total: number | undefined) => void;
  /** Told of each attempt after the first, and why. */
  readonly retrying?: (reason: string, attempt: number) => void;
  /** Milliseconds without a byte before an attempt is given up. */
  readonly patience?: number;
  /** Milliseconds before the second attempt; doubled each time. */
  readonly delay?: number;
}

const ATTEMPTS = 5;
const PATIENCE_MS = 30_000;
const DELAY_MS = 1000;
const REDIRECTS = 5;

/** Which version FILE.partial is of, so that only the rest of the same version is requested. */
interface Partial {
  readonly url: string;
  /** ETag or Last-Modified of its response. */
  readonly validator: string;
}

/** A failure that another attempt cannot fix. */
class Final extends Error {}

/**
 * Downloads a file and verifies it. It resumes a partial download of an earlier call where the server supports ranges with If-Range,
 * else begins again, and tries five times. A partial file is kept after a failure or an abort, but not where the checksum is
 * wrong. Throws DOWNLOAD_FAILED, CORPUS_CHECKSUM, FILE_WRITE, and the signal's reason.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { url, to, signal, delay = DELAY_MS } = options;
  makeFolder(dirname(to));
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(options);
      break;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ContinuoError) throw error;
      const reason = reasonOf(error);
      if (error instanceof Final || attempt === ATTEMPTS) throw await failed(url, to, reason, attempt);
      options.retrying?.(reason, attempt + 1);
      await pause(delay * 2 ** (attempt - 1), undefined, { ...(signal ? { signal } : {}) }).catch(
        (aborted) => {
          throw signal?.reason ?? aborted;
        },
      );
    }
  }
  if (options.sha256 !== undefined) {
    const found = await sha256Of(`${to}.partial`);
    if (found !== options.sha256) {
      await forget(to);
      throw new ContinuoError(
        'CORPUS_CHECKSUM',
        `${url}: expected a file with SHA-256 ${options.sha256}, got ${found}. It was deleted.`,
        'Try again; if that does not help, the file at that address is another one now.',
      );
    }
  }
  await rename(`${to}.partial`, to);
  await rm(`${to}.partial.json`, { force: true });
}

/** SHA-256 of a file of any size, in hex. Rejects with what the system says. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** https; plain http only on this machine. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname))
  );
}

async function fetchRest(options: DownloadOptions): Promise<void> {
  const { url, to, progress, patience = PATIENCE_MS } = options;
  const part = `${to}.partial`;
  const known = await partialOf(to, url);
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(new Error(`no byte came for ${patience / 1000} s`)), patience);
  const { signal, done: letGo } = anySignal(stall.signal, ...(options.signal ? [options.signal] : []));
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'continuo' };
    if (known) Object.assign(headers, { range: `bytes=${known.size}-`, 'if-range': known.validator });
    const response = await follow(url, headers, signal);
    const resumed = response.status === 206 && startOf(response) === known?.size;
    if (response.status === 416 || (response.status === 206 && !resumed)) {
      // The partial file is not a beginning of the file on the server.
      await forget(to);
      throw new Error('the server has another file now');
    }
    if (!response.ok || !response.body) {
      const said = `the server said ${response.status} ${response.statusText}`.trim();
      throw response.status >= 500 || [408, 425, 429].includes(response.status)
        ? new Error(said)
        : new Final(said);
    }
    const begun = resumed ? known!.size : 0;
    const rest = Number(response.headers.get('content-length') ?? Number.NaN);
    const total = Number.isNaN(rest) ? options.bytes : begun + rest;
    if (options.bytes !== undefined && total !== options.bytes)
      throw new Final(`expected ${options.bytes} bytes, but the server has ${total}`);
    if (total !== undefined) await checkRoom(to, total - begun);
    const validator = strong(response.headers.get('etag')) ?? response.headers.get('last-modified');
    await rm(`${part}.json`, { force: true });
    const file = await open(part, resumed ? 'a' : 'w');
    let done = begun;
    try {
      if (validator !== null)
        await writeFile(`${part}.json`, JSON.stringify({ url, validator } satisfies Partial));
      progress?.(done, total);
      for await (const chunk of response.body) {
        timer.refresh();
        await file.write(chunk);
        done += chunk.length;
        progress?.(done, total);
      }
    } finally {
      await file.close();
    }
    if (total !== undefined && done !== total)
      throw new Error(`the connection ended at ${done} of ${total} bytes`);
  } catch (error) {
    if (isSystemError(error)) throw cannotWrite(to, error);
    throw stall.signal.aborted ? stall.signal.reason : error;
  } finally {
    clearTimeout(timer);
    // Closes the connection where the response was not read to its end.
    stall.abort();
    letGo();
  }
}

async function follow(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  let at = url;
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    if (!isSafeUrl(at)) throw new Final(`${at} is not https`);
    const response = await fetch(at, { headers, signal, redirect: 'manual' });
    const next = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || next === null) return response;
    await response.body?.cancel();
    at = new URL(next, at).href;
  }
  throw new Final(`it redirects more than ${REDIRECTS} times`);
}

/** The partial file of an earlier attempt, if it can be resumed. */
async function partialOf(to: string, url: string): Promise<{ size: number; validator: string } | null> {
  try {
    const { size } = await stat(`${to}.partial`);
    const partial = JSON.parse(await readFile(`${to}.partial.json`, 'utf8')) as Partial;
    return size > 0 && partial.url === url ? { size, validator: partial.validator } : null;
  } catch {
    return null;
  }
}

async function forget(to: string): Promise<void> {
  await rm(`${to}.partial`, { force: true });
  await rm(`${to}.partial.json`, { force: true });
}

function startOf(response: Response): number | null {
  const match = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  return match ? Number(match[1]) : null;
}

/** A weak ETag says "as good as the same", which is not enough to join bytes (RFC 9110, 13.1.5). */
function strong(etag: string | null): string | null {
  return etag?.startsWith('W/') ? null : etag;
}

/** Checks that the disk has room for the file, and as much again for what is unpacked of it. */
async function checkRoom(to: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(to));
  if (bavail * bsize >= 2 * bytes) return;
  const mega = (n: number) => `${Math.ceil(n / 1e6)} MB`;
  throw new ContinuoError(
    'FILE_WRITE',
    `${dirname(to)} has room for ${mega(bavail * bsize)}, but ${mega(2 * bytes)} are needed to fetch and unpack.`,
    'Make room, or choose another disk with --to FOLDER.',
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    ['open', 'write', 'close', 'rename', 'statfs'].includes((error as NodeJS.ErrnoException).syscall ?? '')
  );
}

function cannotWrite(to: string, cause: NodeJS.ErrnoException): ContinuoError {
  return new ContinuoError(
    'FILE_WRITE',
    `${to} cannot be written (${cause.code}).`,
    'Is there room, and may you write there? What has arrived is kept; the same command goes on from there.',
    { cause },
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says only "fetch failed" or "terminated"; the reason is in its cause.
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  return cause?.code ? `${error.message} (${cause.code})` : error.message;
}

async function failed(url: string, to: string, reason: string, attempts: number): Promise<ContinuoError> {
  const kept = await partialOf(to, url);
  const tried = attempts > 1 ? ` after ${attempts} attempts` : '';
  return new ContinuoError(
    'DOWNLOAD_FAILED',
    `${url} could not be downloaded${tried}: ${reason}.`,
    kept
      ? `${(kept.size / 1e6).toFixed(1)} MB have arrived; the same command goes on from there.`
      : 'Are you online? Without a network, --from FOLDER takes files that came another way.',
  );
}

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DownloadOptions, download, isSafeUrl } from './download.js';
import {
  type Answer,
  cut,
  etagOf,
  hang,
  ranged,
  redirect,
  serve,
  status,
  type TestServer,
  whole,
} from './testing/server.js';

const FILE = Buffer.from(Array.from({ length: 200_000 }, (_, n) => (n * 7 + (n >> 8)) % 251));
const HALF = 100_000;

let folder: string;
let to: string;
let server: TestServer;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-download-'));
  to = join(folder, 'below', 'file.zip');
});
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

async function get(answers: readonly Answer[], options: Partial<DownloadOptions> = {}): Promise<void> {
  server = await serve(...answers);
  await download({ url: `${server.url}/file.zip`, to, delay: 1, ...options });
}

const sha256 = createHash('sha256').update(FILE).digest('hex');
const kept = () => (existsSync(`${to}.partial`) ? readFileSync(`${to}.partial`).length : 0);

it('downloads a file, says how far it is, and leaves nothing beside it', async () => {
  const shares: number[] = [];
  await get([ranged(FILE)], {
    sha256,
    bytes: FILE.length,
    progress: (done, total) => shares.push(done / total!),
  });
  expect(readFileSync(to).equals(FILE)).toBe(true);
  expect(shares.at(-1)).toBe(1);
  expect(existsSync(`${to}.partial`) || existsSync(`${to}.partial.json`)).toBe(false);
});

it('goes on where the connection was cut', async () => {
  const reasons: string[] = [];
  await get([cut(FILE, HALF), ranged(FILE)], { sha256, retrying: (reason) => reasons.push(reason) });
  expect(readFileSync(to).equals(FILE)).toBe(true);
  expect(server.ranges).toEqual([null, `bytes=${HALF}-`]);
  expect(reasons).toHaveLength(1);
});

it('goes on in a later call', async () => {
  await expect(get([cut(FILE, HALF), status(404)])).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringContaining('404'),
    hint: expect.stringContaining('0.1 MB have arrived'),
  });
  expect(kept()).toBe(HALF);
  const first = server;
  const second = await serve(ranged(FILE));
  server = second;
  await first.close();
  const url = `${second.url}/file.zip`;
  // A part of a file at another address is no beginning; here it stands for the same one.
  writeFileSync(`${to}.partial.json`, JSON.stringify({ url, validator: etagOf(FILE) }));
  await download({ url, to, sha256, delay: 1 });
  expect(second.ranges).toEqual([`bytes=${HALF}-`]);
  expect(readFileSync(to).equals(FILE)).toBe(true);
});

it('begins again where the server knows no ranges', async () => {
  await get([cut(FILE, HALF), whole(FILE)], { sha256 });
  expect(server.ranges).toEqual([null, `bytes=${HALF}-`]);
  expect(readFileSync(to).equals(FILE)).toBe(true);
});

it('begins again where the file is another one by now', async () => {
  const other = Buffer.from(FILE).reverse();
  await get([cut(FILE, HALF), ranged(other)]);
  expect(readFileSync(to).equals(other)).toBe(true);
});

it('begins again where the server sends another range than it was asked for', async () => {
  const odd: Answer = (_request, response) =>
    void response.writeHead(206, { 'content-range': `bytes 5-9/${FILE.length}` }).end(FILE.subarray(5, 10));
  await get([cut(FILE, HALF), odd, ranged(FILE)], { sha256 });
  expect(server.ranges).toEqual([null, `bytes=${HALF}-`, null]);
  expect(readFileSync(to).equals(FILE)).toBe(true);
});

it('deletes a file whose checksum is wrong', async () => {
  const wrong = get([ranged(FILE)], { sha256: '0'.repeat(64) });
  await expect(wrong).rejects.toMatchObject({ code: 'CORPUS_CHECKSUM' });
  expect(existsSync(to) || kept() > 0).toBe(false);
});

it('refuses a file of another size before it is fetched', async () => {
  await expect(get([ranged(FILE)], { bytes: 7 })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  expect(kept()).toBe(0);
});

it('gives up at once where the file is not there', async () => {
  await expect(get([status(404)])).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  expect(server.ranges).toHaveLength(1);
});

it('tries five times where the server is in trouble', async () => {
  await expect(get([status(503)])).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringContaining('after 5 attempts'),
  });
  expect(server.ranges).toHaveLength(5);
});

it('gives up an answer that hangs, and asks again for the rest', async () => {
  await get([hang(FILE, HALF), ranged(FILE)], { sha256, patience: 200 });
  expect(server.ranges).toEqual([null, `bytes=${HALF}-`]);
});

it('follows redirects on this machine, not in circles, not to plain http', async () => {
  await get([redirect('/elsewhere'), ranged(FILE)], { sha256 });
  await server.close();
  await expect(get([redirect('/file.zip')])).rejects.toMatchObject({
    message: expect.stringContaining('redirects more than'),
  });
  await server.close();
  const plain = get([redirect('http://example.invalid/file.zip')]);
  await expect(plain).rejects.toMatchObject({ message: expect.stringContaining('not https') });
});

it('keeps what has arrived when it is stopped', async () => {
  const stop = new AbortController();
  const stopped = get([hang(FILE, HALF)], {
    signal: stop.signal,
    progress: (done) => done === HALF && stop.abort(new Error('enough')),
  });
  await expect(stopped).rejects.toThrow('enough');
  expect(kept()).toBe(HALF);
});

it('says so where nobody answers', async () => {
  server = await serve(status(200));
  const { url } = server;
  await server.close();
  await expect(download({ url, to, delay: 1 })).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringContaining('ECONNREFUSED'),
    hint: expect.stringContaining('--from'),
  });
});

it('takes https, and http on this machine alone', () => {
  expect(
    ['https://example.org/a', 'http://127.0.0.1:8/', 'http://localhost/', 'http://[::1]/'].every(isSafeUrl),
  ).toBe(true);
  expect(
    ['http://example.org/', 'ftp://example.org/', 'http://127.0.0.1.example.org/', 'x'].some(isSafeUrl),
  ).toBe(false);
});

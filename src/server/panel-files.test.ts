import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chooseEncoding, type Encoding } from './choose-encoding.js';
import { startServer } from './start-server.js';
import { noTakes } from './testing/no-takes.js';
import { serve } from './testing/served.js';

const served = serve();

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
  readonly bytes: Buffer;
}

/** A raw request: unlike with `fetch`, the path is sent unchanged. */
function get(path: string, { method = 'GET', headers = {} as Record<string, string> } = {}): Promise<Answer> {
  const { hostname, port } = new URL(served.server.address);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const bytes = Buffer.concat(parts);
        resolve({ status: response.statusCode, headers: response.headers, body: String(bytes), bytes });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the panel over HTTP', () => {
  it('serves the panel with its types, its policy and how long it may be kept', async () => {
    const page = await get('/');
    expect(page.status).toBe(200);
    expect(page.body).toBe('<title>panel</title>');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['content-security-policy']).toContain(`ws://${new URL(served.server.address).host}`);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    const script = await get('/assets/main-1234.js?x=1');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
  });

  it('answers HEAD without a body, and an unchanged file with 304', async () => {
    const head = await get('/', { method: 'HEAD' });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '20']);
    const again = await get('/', { headers: { 'if-none-match': String(head.headers.etag) } });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it('sends what the build compressed to who takes it, under a tag of its own', async () => {
    const path = join(served.folder, 'assets', 'main-1234.js');
    writeFileSync(`${path}.br`, brotliCompressSync('export {};'));
    writeFileSync(`${path}.gz`, gzipSync('export {};'));
    writeFileSync(join(served.folder, 'assets', 'alone.gz'), 'a file that is its own');
    const { sessions, pieces, folder: panelFolder } = served;
    await served.server.close();
    served.server = await startServer({ sessions, pieces, takes: noTakes, port: 0, panelFolder });
    const of = (accept: string, headers = {}) =>
      get('/assets/main-1234.js', { headers: { 'accept-encoding': accept, ...headers } });
    const plain = await get('/assets/main-1234.js');
    const [br, gzip] = [await of('gzip, deflate, br, zstd'), await of('gzip')];
    expect(String(brotliDecompressSync(br.bytes))).toBe('export {};');
    expect(String(gunzipSync(gzip.bytes))).toBe('export {};');
    expect(plain.body).toBe('export {};');
    expect([br, gzip, plain].map(({ headers }) => headers['content-encoding'])).toEqual([
      'br',
      'gzip',
      undefined,
    ]);
    expect(new Set([br, gzip, plain].map(({ headers }) => headers.etag)).size).toBe(3);
    for (const { headers, bytes } of [br, gzip, plain]) {
      expect([headers.vary, headers['content-type']]).toEqual([
        'Accept-Encoding',
        'text/javascript; charset=utf-8',
      ]);
      expect(Number(headers['content-length'])).toBe(bytes.length);
    }
    expect((await of('br', { 'if-none-match': String(br.headers.etag) })).status).toBe(304);
    expect((await of('br', { 'if-none-match': `"x", W/${br.headers.etag}` })).status).toBe(304);
    expect((await of('gzip', { 'if-none-match': String(br.headers.etag) })).status).toBe(200);
    expect((await get('/assets/main-1234.js.br')).status).toBe(404);
    expect((await get('/assets/alone.gz')).body).toBe('a file that is its own');
    expect((await get('/')).headers.vary).toBeUndefined();
  });

  it('refuses other methods', async () => {
    const answer = await get('/', { method: 'POST' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it.each([
    '/../package.json',
    '/assets/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/assets/..\\..\\etc\\passwd',
    '//etc/passwd',
    '/assets/',
    '/%',
    '/index.html%00.js',
    '/__proto__',
    '/constructor',
  ])('has nothing at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example',
    '[::2]:80',
  ])('refuses the name %s, which DNS rebinding would send', async (host) => {
    expect((await get('/', { headers: { host } })).status).toBe(403);
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('answers to the name %s', async (name) => {
    expect(
      (await get('/', { headers: { host: `${name}:${new URL(served.server.address).port}` } })).status,
    ).toBe(200);
  });
});

describe('the encoding', () => {
  it.each<[string | undefined, Encoding]>([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate', 'gzip'],
    ['GZIP', 'gzip'],
    ['deflate', 'identity'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br; q=0.001', 'br'],
    ['*', 'br'],
    ['*;q=0', 'identity'],
    ['br;q=0, *', 'gzip'],
    ['identity, br;q=0.5', 'identity'],
    ['identity;q=0, gzip;q=0.1', 'gzip'],
    ['br;q=2, gzip', 'gzip'],
    ['br;q=nonsense', 'identity'],
    ['gzip;q=0.0, br;q=0.0', 'identity'],
  ])('for %j is %s', (accept, encoding) => {
    expect(chooseEncoding(accept, new Set(['br', 'gzip', 'identity']))).toBe(encoding);
    expect(chooseEncoding(accept, new Set(['identity']))).toBe('identity');
  });
});

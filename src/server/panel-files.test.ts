import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { serve } from './testing/served.js';

const served = serve();

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** A request as a program would write it: the path goes out as it is given, unlike with `fetch`. */
function get(path: string, { method = 'GET', headers = {} as Record<string, string> } = {}): Promise<Answer> {
  const { hostname, port } = new URL(served.server.address);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
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

import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOST_PATH, pathOf } from '../protocol/host-protocol.js';
import { SESSION_PATH } from '../protocol/session-protocol.js';
import { type RunningServer, startServer } from './start-server.js';
import { noTakes } from './testing/no-takes.js';
import { PanelClient } from './testing/panel-client.js';
import { serve } from './testing/served.js';
import { checkToken, newToken } from './token.js';

const served = serve();
let open: RunningServer;

// All of 127.0.0.0/8 is this machine: 127.0.0.2 stands for an address in the network.
const start = (host = '0.0.0.0', token?: string) => {
  const { sessions, pieces, folder: panelFolder } = served;
  return startServer({
    sessions,
    pieces,
    takes: noTakes,
    port: 0,
    host,
    panelFolder,
    ...(token !== undefined && { token }),
  });
};
beforeEach(async () => {
  open = await start();
});
afterEach(() => open.close());

const token = () => new URL(open.link).searchParams.get('token')!;
const port = () => new URL(open.address).port;
const elsewhere = (path = '/') => `http://127.0.0.2:${port()}${path}`;

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** A raw request: unlike with `fetch`, headers are sent unchanged and redirects are not followed. */
function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

const cookieOf = ({ headers }: Answer) => headers['set-cookie']![0]!.split(';')[0]!;

describe('a host that others in the network reach', () => {
  it('gives a browser that follows its link a cookie, and with that the panel and the session', async () => {
    const link = await get(elsewhere(`/?token=${token()}`));
    expect([link.status, link.headers.location, link.body]).toEqual([303, '/', '']);
    expect(link.headers['set-cookie']).toEqual([
      `continuo-${port()}=${token()}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict`,
    ]);
    expect([link.headers['cache-control'], link.headers['referrer-policy']]).toEqual([
      'no-store',
      'no-referrer',
    ]);
    const cookie = cookieOf(link);
    const page = await get(elsewhere(), { cookie: `other=1; ${cookie}` });
    expect([page.status, page.body]).toEqual([200, '<title>panel</title>']);
    expect((await get(elsewhere('/assets/main-1234.js'), { cookie })).status).toBe(200);
    const origin = new URL(elsewhere()).origin;
    const client = await PanelClient.connect(elsewhere(), { cookie, origin });
    client.say({ type: 'hello', version: 2 });
    await client.next('welcome');
  });

  it('lets a program in that shows the token in a header', async () => {
    const authorization = `Bearer ${token()}`;
    expect((await get(elsewhere(), { authorization })).status).toBe(200);
    (await PanelClient.connect(elsewhere(), { authorization })).socket.terminate();
  });

  it.each<[string, () => Record<string, string>]>([
    ['nothing', () => ({})],
    ['a wrong header', () => ({ authorization: `Bearer ${token()}x` })],
    ['another scheme', () => ({ authorization: `Basic ${token()}` })],
    ['a wrong cookie', () => ({ cookie: `continuo-${port()}=${token().slice(1)}` })],
    ['the cookie of another port', () => ({ cookie: `continuo-1=${token()}` })],
    ['an empty cookie', () => ({ cookie: `continuo-${port()}=` })],
  ])('gives who shows %s neither files nor session, and says what to do', async (_, headers) => {
    for (const path of ['/', '/assets/main-1234.js', '/none', '/session']) {
      const answer = await get(elsewhere(path), headers());
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="continuo"']);
      expect(answer.body).toContain('Open the link that it printed');
      expect(answer.body).not.toContain(token());
    }
    for (const path of [SESSION_PATH, HOST_PATH, pathOf(served.sessions.first), pathOf('nothere1')])
      await expect(PanelClient.connect(elsewhere(), headers(), path), path).rejects.toThrow('401');
    // Required on this machine too, which other people may use.
    await expect(PanelClient.connect(open.address, headers())).rejects.toThrow('401');
  });

  it('gives who forges a name nothing, with the token or without', async () => {
    for (const name of ['evil.example', `evil.example:${port()}`, `127.0.0.3:${port()}`, 'localhost']) {
      const headers = { host: name, authorization: `Bearer ${token()}` };
      expect((await get(elsewhere(), headers)).status).toBe(403);
      await expect(PanelClient.connect(elsewhere(), headers)).rejects.toThrow('403');
    }
    const foreign = { authorization: `Bearer ${token()}`, origin: 'http://evil.example' };
    await expect(PanelClient.connect(elsewhere(), foreign)).rejects.toThrow('403');
  });

  it('sends nobody elsewhere, whatever stands before the token', async () => {
    const answer = await get(elsewhere(`//evil.example/?token=${token()}`));
    expect([answer.status, answer.headers.location]).toEqual([303, '/']);
  });

  it('has a browser ask again whose cookie was held back on the way from another site', async () => {
    const first = await get(elsewhere());
    expect([first.status, first.headers.refresh]).toEqual([401, '0; url=/?again']);
    const again = await get(elsewhere('/?again'));
    expect([again.status, again.headers.refresh]).toEqual([401, undefined]);
    const cookie = cookieOf(await get(elsewhere(`/?token=${token()}`)));
    const there = await get(elsewhere('/?again'), { cookie });
    expect([there.status, there.headers.location]).toEqual([303, '/']);
  });

  it('is not guessed at for long, and then believes no token for a while', async () => {
    const guess = (i: number) => get(elsewhere(`/?token=guess-number-${i}`));
    for (let i = 0; i < 20; i++) expect((await guess(i)).status).toBe(401);
    const late = await guess(20);
    expect([late.status, late.headers['retry-after']]).toEqual([429, '10']);
    expect((await get(elsewhere(`/?token=${token()}`))).status).toBe(429);
    await expect(PanelClient.connect(elsewhere(), { authorization: `Bearer ${token()}` })).rejects.toThrow(
      '429',
    );
    served.session.time += 10;
    expect((await get(elsewhere(`/?token=${token()}`))).status).toBe(303);
  });

  it('counts each of many guesses that come at once', async () => {
    const cookie = Array.from({ length: 21 }, (_, i) => `continuo-${port()}=${i}`).join(';');
    expect((await get(elsewhere(), { cookie })).status).toBe(429);
  });

  it('does not count who shows none, or the right one', async () => {
    for (let i = 0; i < 30; i++) expect((await get(elsewhere())).status).toBe(401);
    const authorization = `Bearer ${token()}`;
    for (let i = 0; i < 30; i++) expect((await get(elsewhere(), { authorization })).status).toBe(200);
  });
});

describe('the token', () => {
  it('is another one at each start, or the one that was given', async () => {
    expect(token()).toMatch(/^[\w-]{24}$/);
    expect(newToken()).not.toBe(newToken());
    const given = await start('127.0.0.1', 'a-word-of-mine');
    try {
      expect(given.link).toBe(`${given.address}?token=a-word-of-mine`);
      expect((await get(given.address)).status).toBe(401);
    } finally {
      await given.close();
    }
  });

  it('is asked for by nobody where only this machine reaches the host', async () => {
    for (const host of ['127.0.0.1', '127.0.0.2', 'localhost']) {
      const local = await start(host);
      try {
        expect([local.link, local.network]).toEqual([local.address, []]);
        expect((await get(local.address)).status).toBe(200);
        (await PanelClient.connect(local.address)).socket.terminate();
      } finally {
        await local.close();
      }
    }
  });

  it.each(['', 'short', 'has a blank in it', 'umlaut-ümlaut', 'semi;colon;cookie', 'x'.repeat(129)])(
    'of a user must stand in a link as it is: %j',
    (word) => {
      expect(() => checkToken(word)).toThrow(expect.objectContaining({ code: 'OPTION_VALUE' }));
      if (word !== '') expect(() => checkToken(word)).not.toThrow(word);
    },
  );
});

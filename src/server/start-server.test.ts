import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContinuoError } from '../errors.js';
import { MAX_ABC } from './protocol.js';
import { type RunningServer, startServer } from './start-server.js';
import { MemorySession } from './testing/memory-session.js';
import { MemoryTunes } from './testing/memory-tunes.js';
import { PanelClient } from './testing/panel-client.js';

let folder: string;
let session: MemorySession;
let tunes: MemoryTunes;
let server: RunningServer;
let defects: unknown[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-panel-'));
  writeFileSync(join(folder, 'index.html'), '<title>panel</title>');
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets', 'main-1234.js'), 'export {};');
  session = new MemorySession();
  tunes = new MemoryTunes();
  defects = [];
  server = await startServer({
    session,
    tunes,
    port: 0,
    panelFolder: folder,
    onDefect: (error) => defects.push(error),
  });
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
  expect(defects).toEqual([]);
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** A request as a program would write it: the path goes out as it is given, unlike with `fetch`. */
function get(path: string, { method = 'GET', headers = {} as Record<string, string> } = {}): Promise<Answer> {
  const { hostname, port } = new URL(server.address);
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
    expect(page.headers['content-security-policy']).toContain(`ws://${new URL(server.address).host}`);
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
    expect((await get('/', { headers: { host: `${name}:${new URL(server.address).port}` } })).status).toBe(
      200,
    );
  });
});

describe('starting', () => {
  it('says when the port is taken, and what to do', async () => {
    const port = Number(new URL(server.address).port);
    const second = startServer({ session, tunes, port, panelFolder: folder });
    await expect(second).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      hint: expect.stringContaining('--port'),
    });
  });

  it('says when the address is not this machine', async () => {
    const elsewhere = startServer({ session, tunes, port: 0, host: '203.0.113.1', panelFolder: folder });
    await expect(elsewhere).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('says when the panel is not built', async () => {
    const bare = startServer({ session, tunes, port: 0, panelFolder: join(folder, 'assets') });
    await expect(bare).rejects.toMatchObject({ code: 'FILE_READ', hint: expect.stringContaining('build') });
    const none = startServer({ session, tunes, port: 0, panelFolder: join(folder, 'none') });
    await expect(none).rejects.toMatchObject({ code: 'FILE_READ' });
  });

  it('lets in what --allow-origin names, and refuses what is no origin', async () => {
    const open = await startServer({
      session,
      tunes,
      port: 0,
      panelFolder: folder,
      allowedOrigins: ['http://studio.local:8137'],
    });
    try {
      const headers = { host: 'studio.local:8137', origin: 'http://studio.local:8137' };
      (await PanelClient.connect(open.address, headers)).socket.terminate();
    } finally {
      await open.close();
    }
    for (const origin of ['studio.local', 'ftp://x', 'http://x/path', ''])
      await expect(
        startServer({ session, tunes, port: 0, panelFolder: folder, allowedOrigins: [origin] }),
      ).rejects.toMatchObject({ code: 'OPTION_VALUE' });
  });
});

describe('a panel that behaves', () => {
  it('is welcomed with the whole picture and the music so far', async () => {
    session.emit({ type: 'noteOn', id: 1, voice: 'player', time: 0, pitch: 60, velocity: 80 });
    session.emit({ type: 'health', time: 0, step: 0, lateness: { p50: 0, p99: 0 }, late: 0, dropped: 0 });
    session.time = 2;
    const client = await PanelClient.connect(server.address, { origin: new URL(server.address).origin });
    client.say({ type: 'hello', version: 1 });
    const welcome = await client.next('welcome');
    expect(welcome.version).toBe(1);
    expect(welcome.description).toEqual(session.describe());
    expect(welcome.history).toEqual([
      { type: 'noteOn', id: 1, voice: 'player', time: 0, pitch: 60, velocity: 80 },
    ]);
  });

  it('commands, plays, hears events and keeps the clock', async () => {
    session.time = 3;
    const client = await PanelClient.greeted(server.address);
    client.say({ type: 'command', command: { type: 'param', id: 'temperature', value: 1.5 } });
    client.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 90, time: 2.9 } });
    client.say({ type: 'ping', id: 7 });
    expect(await client.next('pong')).toEqual({ type: 'pong', id: 7, time: 3 });
    expect(session.commands).toEqual([{ type: 'param', id: 'temperature', value: 1.5 }]);
    expect(session.played).toEqual([{ type: 'noteOn', pitch: 60, velocity: 90, time: 2.9 }]);
    session.emit({ type: 'discard', time: 3 });
    expect((await client.next('event')).event).toEqual({ type: 'discard', time: 3 });
  });

  it('is not believed about times that cannot be', async () => {
    session.time = 10;
    const client = await PanelClient.greeted(server.address);
    for (const time of [1, 10.01, 1e9])
      client.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 90, time } });
    await client.settled();
    expect(session.played.map(({ time }) => time)).toEqual([9, 10, 10]);
  });

  it('tells every panel when ports or model change, and who asked when it fails', async () => {
    const [one, two] = [await PanelClient.greeted(server.address), await PanelClient.greeted(server.address)];
    one.say({ type: 'connect', which: 'output', port: 'Synth' });
    expect((await two.next('ports')).ports.output).toBe('Synth');
    one.say({ type: 'load', model: 'piano-pop' });
    expect((await two.next('welcome')).description.model.id).toBe('piano-pop');
    one.say({ type: 'connect', which: 'input', port: 'Nothing' });
    expect(await one.next('error')).toMatchObject({
      code: 'PORT_NOT_FOUND',
      about: 'connect',
      hint: expect.any(String),
    });
    one.say({ type: 'load', model: 'none' });
    expect(await one.next('error')).toMatchObject({ code: 'MODEL_NOT_FOUND', about: 'load' });
  });

  it('that vanishes lets go of what it held, but not of what another panel holds', async () => {
    const [one, two] = [await PanelClient.greeted(server.address), await PanelClient.greeted(server.address)];
    for (const pitch of [60, 64]) one.say({ type: 'play', event: { type: 'noteOn', pitch, velocity: 80 } });
    one.say({ type: 'play', event: { type: 'pedal', down: true } });
    two.say({ type: 'play', event: { type: 'noteOn', pitch: 64, velocity: 80 } });
    await Promise.all([one.settled(), two.settled()]);
    session.played.length = 0;
    one.socket.terminate();
    await expect
      .poll(() => session.played)
      .toEqual([
        { type: 'noteOff', pitch: 60 },
        { type: 'pedal', down: false },
      ]);
  });

  it('lets go when the host stops, and is told so', async () => {
    const client = await PanelClient.greeted(server.address);
    client.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 80 } });
    await client.settled();
    await server.close();
    expect(session.played.at(-1)).toEqual({ type: 'noteOff', pitch: 60 });
    expect(await client.closed).toBeOneOf([1001, 1006]);
    server = await startServer({ session, tunes, port: 0, panelFolder: folder });
  });

  it('of another version is told to reload', async () => {
    const client = await PanelClient.connect(server.address);
    client.say({ type: 'hello', version: 2 });
    expect(await client.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE', hint: 'Reload the page.' });
    expect(await client.closed).toBe(1002);
  });
});

describe('a panel that asks for tunes', () => {
  const settings = {
    type: 'reel',
    form: 'AABB',
    bars: 8,
    range: 'any',
    temperature: 1,
    topP: 1,
    bestOf: 1,
    novel: false,
  } as const;
  const ask = (request: number, change = {}) =>
    ({
      type: 'generateTune',
      request,
      task: { type: 'make', settings: { ...settings, ...change } },
    }) as const;

  it('gets each with the number of its request', async () => {
    const client = await PanelClient.greeted(server.address);
    for (const request of [3, 8]) {
      client.say(ask(request, { seed: 5, key: 'Ador' }));
      await client.settled();
      expect(tunes.asked).toEqual([{ type: 'make', settings: { ...settings, seed: 5, key: 'Ador' } }]);
      const tune = tunes.give();
      expect(await client.next('tune')).toEqual({ type: 'tune', request, tune });
    }
  });

  it('gets one at a time, and another panel does not wait for that', async () => {
    const [one, two] = [await PanelClient.greeted(server.address), await PanelClient.greeted(server.address)];
    one.say(ask(1));
    one.say(ask(2));
    expect(await one.next('error')).toMatchObject({ code: 'TUNE_BUSY', about: 'generateTune' });
    two.say(ask(1));
    await two.settled();
    tunes.give();
    tunes.give();
    expect((await one.next('tune')).request).toBe(1);
    expect((await two.next('tune')).request).toBe(1);
  });

  it('hears why there is none, and may ask again', async () => {
    const client = await PanelClient.greeted(server.address);
    client.say(ask(1));
    await client.settled();
    tunes.refuse(new ContinuoError('MODEL_NOT_FOUND', 'There is no model of tunes.', 'Put one there.'));
    expect(await client.next('error')).toEqual({
      type: 'error',
      code: 'MODEL_NOT_FOUND',
      message: 'There is no model of tunes.',
      hint: 'Put one there.',
      about: 'generateTune',
    });
    client.say(ask(2));
    await client.settled();
    tunes.give();
    expect((await client.next('tune')).request).toBe(2);
  });

  it.each([
    ['type', 'gavotte'],
    ['key', ''],
    ['form', 'A'.repeat(17)],
    ['bars', 65],
    ['bars', 7.5],
    ['temperature', 0],
    ['seed', -1],
    ['bestOf', 33],
    ['topP', 0],
    ['novel', 1],
    ['count', 2],
  ])('is refused the %s %j without anything being made', async (option, value) => {
    const client = await PanelClient.greeted(server.address);
    client.socket.send(JSON.stringify(ask(1, { [option]: value })));
    expect(await client.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    expect(tunes.asked).toEqual([]);
  });

  it('sees it grow, may give it up, and gets the next', async () => {
    const client = await PanelClient.greeted(server.address);
    client.say(ask(1));
    await client.settled();
    tunes.grow({ abc: 'X:1', candidates: 0 });
    expect(await client.next('tuneSoFar')).toMatchObject({ request: 1, soFar: { abc: 'X:1' } });
    client.say({ type: 'cancelTune', request: 7 });
    await client.settled();
    expect(tunes.asked).toHaveLength(1);
    client.say({ type: 'cancelTune', request: 1 });
    client.say(ask(2));
    await client.settled();
    expect(tunes.asked).toHaveLength(1);
    tunes.give();
    expect((await client.next('tune')).request).toBe(2);
  });

  it.each([
    ['text without end', { abc: 'C'.repeat(MAX_ABC + 1), change: { type: 'vary' } }],
    ['no text', { abc: '', change: { type: 'vary' } }],
    ['no bars', { abc: 'X:1', change: { type: 'redo', bars: '' } }],
    ['a list of bars without end', { abc: 'X:1', change: { type: 'keep', bars: '1,'.repeat(501) } }],
    ['a bar before the first', { abc: 'X:1', change: { type: 'goOn', after: 0 } }],
    ['a change that there is not', { abc: 'X:1', change: { type: 'improve' } }],
  ])('is refused %s to work on', async (_, from) => {
    const client = await PanelClient.greeted(server.address);
    const message = { ...ask(1), task: { ...ask(1).task, from } };
    client.socket.send(JSON.stringify(message));
    expect(await client.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    expect(tunes.asked).toEqual([]);
  });

  it('takes its wish with it when it goes', async () => {
    const client = await PanelClient.greeted(server.address);
    client.say(ask(1));
    await client.settled();
    client.socket.close();
    await client.closed;
    await (await PanelClient.greeted(server.address)).settled();
    expect(tunes.asked).toEqual([]);
  });
});

describe('a client that does not behave', () => {
  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a file or a sandbox', { origin: 'null' }],
    ['the right name with another port', { origin: 'http://127.0.0.1:1' }],
    ['a rebound name', { host: 'evil.example' }],
  ])('is not let in from %s', async (_, headers) => {
    await expect(PanelClient.connect(server.address, headers as Record<string, string>)).rejects.toThrow(
      '403',
    );
  });

  it('finds no WebSocket elsewhere', async () => {
    await expect(PanelClient.connect(server.address, {}, '/other')).rejects.toThrow('404');
  });

  it.each([
    ['garbage', 'garbage'],
    ['nothing', ''],
    ['a number', '7'],
    ['null', 'null'],
    ['an unknown type', '{"type":"rm -rf"}'],
    ['a field too many', '{"type":"ping","id":1,"x":1}'],
    ['a pitch out of range', '{"type":"play","event":{"type":"noteOn","pitch":128,"velocity":1}}'],
    ['an infinite time', '{"type":"play","event":{"type":"noteOff","pitch":1,"time":1e999}}'],
    ['a prototype', '{"type":"command","command":{"type":"param","id":"x","value":{"__proto__":1}}}'],
    ['deep JSON', '['.repeat(8000) + ']'.repeat(8000)],
    ['deep JSON without an end', '{"a":'.repeat(3000)],
  ])('is told what is wrong with %s, and may go on', async (_, text) => {
    const client = await PanelClient.greeted(server.address);
    client.socket.send(text);
    const error = await client.next('error');
    expect(error.code).toBe('PROTOCOL_MESSAGE');
    expect(error.message.length).toBeLessThan(300);
    await client.settled();
    expect([session.commands, session.played]).toEqual([[], []]);
  });

  it('is told that binary frames are not read', async () => {
    const client = await PanelClient.greeted(server.address);
    client.socket.send(Buffer.from('{"type":"ping","id":1}'), { binary: true });
    expect((await client.next('error')).message).toContain('binary');
  });

  it('must say hello first', async () => {
    const client = await PanelClient.connect(server.address);
    client.say({ type: 'command', command: { type: 'start' } });
    expect((await client.next('error')).message).toContain('hello');
    expect(session.commands).toEqual([]);
  });

  it('is cut off by a giant message', async () => {
    const client = await PanelClient.greeted(server.address);
    client.socket.send('x'.repeat(1_000_000));
    expect(await client.closed).toBe(1009);
  });

  it('is cut off when it goes on with garbage', async () => {
    const client = await PanelClient.greeted(server.address);
    for (let i = 0; i < 60; i++) client.socket.send('{');
    expect(await client.closed).toBe(1008);
  });

  it('is cut off by a flood, whose last note does not go on sounding', async () => {
    const client = await PanelClient.greeted(server.address);
    for (let i = 0; i < 2000; i++)
      client.say({ type: 'play', event: { type: 'noteOn', pitch: i % 128, velocity: 100 } });
    expect((await client.next('error')).code).toBe('PROTOCOL_RATE');
    expect(await client.closed).toBe(1008);
    const down = new Set<number>();
    for (const event of session.played) {
      if (event.type === 'noteOn') down.add(event.pitch);
      if (event.type === 'noteOff') down.delete(event.pitch);
    }
    expect(down.size).toBe(0);
    expect(session.played.filter(({ type }) => type === 'noteOn').length).toBeLessThan(450);
  });

  it('finds the door closed when there are too many, and open again when one leaves', async () => {
    const clients = await Promise.all(Array.from({ length: 16 }, () => PanelClient.greeted(server.address)));
    await expect(PanelClient.connect(server.address)).rejects.toThrow('503');
    clients[0]!.socket.close();
    await clients[0]!.closed;
    await PanelClient.greeted(server.address);
  });

  it('is dropped when it does not read, while the others hear everything', async () => {
    const [deaf, other] = [
      await PanelClient.greeted(server.address),
      await PanelClient.greeted(server.address),
    ];
    deaf.socket.pause();
    // More than the system's own buffers take in.
    const message = 'x'.repeat(60_000);
    for (let i = 0; i < 400; i++) {
      session.emit({ type: 'trouble', time: i, code: 'DEFECT', message });
      expect((await other.next('event')).event.time).toBe(i);
    }
    deaf.socket.resume();
    expect(await deaf.closed).toBe(1006);
  });

  it('is answered when the session itself fails, and the defect is reported', async () => {
    const client = await PanelClient.greeted(server.address);
    session.command = () => {
      throw new TypeError('a slip');
    };
    client.say({ type: 'command', command: { type: 'start' } });
    expect(await client.next('error')).toMatchObject({ code: 'DEFECT', about: 'command' });
    expect(defects.splice(0)).toEqual([new TypeError('a slip')]);
    session.command = () => {
      throw new ContinuoError('MODE_UNKNOWN', 'no such mode');
    };
    client.say({ type: 'command', command: { type: 'mode', mode: 'solo' } });
    expect(await client.next('error')).toMatchObject({ code: 'MODE_UNKNOWN' });
  });
});

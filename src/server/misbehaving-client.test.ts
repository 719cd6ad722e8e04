import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ContinuoError } from '../errors.js';
import { MOST_SESSIONS } from '../host/sessions/sessions.js';
import { CLIENTS } from './sockets.js';
import { PanelClient } from './testing/panel-client.js';
import { serve } from './testing/served.js';

const served = serve();

describe('a client that does not behave', () => {
  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a file or a sandbox', { origin: 'null' }],
    ['the right name with another port', { origin: 'http://127.0.0.1:1' }],
    ['a rebound name', { host: 'evil.example' }],
  ])('is not let in from %s', async (_, headers) => {
    await expect(
      PanelClient.connect(served.server.address, headers as Record<string, string>),
    ).rejects.toThrow('403');
  });

  it('finds no WebSocket elsewhere', async () => {
    await expect(PanelClient.connect(served.server.address, {}, '/other')).rejects.toThrow('404');
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
    const client = await PanelClient.greeted(served.server.address);
    client.socket.send(text);
    const error = await client.next('error');
    expect(error.code).toBe('PROTOCOL_MESSAGE');
    expect(error.message.length).toBeLessThan(500);
    await client.settled();
    expect([served.session.commands, served.session.played]).toEqual([[], []]);
  });

  it('is told that binary frames are not read', async () => {
    const client = await PanelClient.greeted(served.server.address);
    client.socket.send(Buffer.from('{"type":"ping","id":1}'), { binary: true });
    expect((await client.next('error')).message).toContain('binary');
  });

  it('must say hello first', async () => {
    const client = await PanelClient.connect(served.server.address);
    client.say({ type: 'command', command: { type: 'start' } });
    expect((await client.next('error')).message).toContain('hello');
    expect(served.session.commands).toEqual([]);
  });

  it('is cut off by a giant message', async () => {
    const client = await PanelClient.greeted(served.server.address);
    client.socket.send('x'.repeat(1_000_000));
    expect(await client.closed).toBe(1009);
  });

  it('is cut off when it goes on with garbage', async () => {
    const client = await PanelClient.greeted(served.server.address);
    for (let i = 0; i < 60; i++) client.socket.send('{');
    expect(await client.closed).toBe(1008);
  });

  it('is cut off by a flood, whose last note does not go on sounding', async () => {
    const client = await PanelClient.greeted(served.server.address);
    for (let i = 0; i < 2000; i++)
      client.say({ type: 'play', event: { type: 'noteOn', pitch: i % 128, velocity: 100 } });
    expect((await client.next('error')).code).toBe('PROTOCOL_RATE');
    expect(await client.closed).toBe(1008);
    const down = new Set<number>();
    for (const event of served.session.played) {
      if (event.type === 'noteOn') down.add(event.pitch);
      if (event.type === 'noteOff') down.delete(event.pitch);
    }
    expect(down.size).toBe(0);
    expect(served.session.played.filter(({ type }) => type === 'noteOn').length).toBeLessThan(450);
  });

  it('plays through its pedal no more than a hand could, and is cut off when it goes on', async () => {
    const client = await PanelClient.greeted(served.server.address);
    const pedal = (down: boolean) => client.say({ type: 'play', event: { type: 'pedal', down } });
    for (let i = 0; i < 500; i++) pedal(true);
    await client.settled();
    expect(served.session.played).toEqual([{ type: 'pedal', down: true }]);
    for (let i = 0; i < 2000; i++) pedal(true);
    expect((await client.next('error')).code).toBe('PROTOCOL_RATE');
    expect(await client.closed).toBe(1008);
    expect(served.session.played).toEqual([
      { type: 'pedal', down: true },
      { type: 'pedal', down: false },
    ]);
    const second = await PanelClient.greeted(served.server.address);
    served.session.played.length = 0;
    for (let i = 0; i < 4000; i++) second.say({ type: 'play', event: { type: 'pedal', down: i % 2 === 0 } });
    expect(await second.closed).toBe(1008);
    expect(served.session.played.length).toBeLessThan(450);
    expect(served.session.played.at(-1)).toEqual({ type: 'pedal', down: false });
  });

  it('says hello once', async () => {
    const client = await PanelClient.greeted(served.server.address);
    client.say({ type: 'hello', version: 2 });
    expect(await client.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE', about: 'hello' });
    for (let i = 0; i < 60; i++) client.say({ type: 'hello', version: 2 });
    expect(await client.closed).toBe(1008);
  });

  it('asks for ports and pieces no more often than they can be had; of models, the last one is wanted', async () => {
    const client = await PanelClient.greeted(served.server.address);
    for (let i = 0; i < 30; i++) client.say({ type: 'load', request: i, model: 'piano-pop' });
    for (let i = 0; i < 30; i++) client.say({ type: 'connect', request: i, which: 'input', port: null });
    const error = await client.next('error');
    expect([error.code, error.about]).toEqual(['PROTOCOL_RATE', 'connect']);
  });

  it('shares with many others what a session can take', async () => {
    const clients = [];
    for (let i = 0; i < 16; i++) clients.push(await PanelClient.greeted(served.server.address));
    // Time passes, and every bucket is full again.
    served.session.time += 10;
    for (const client of clients) {
      for (let i = 0; i < 140; i++)
        client.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 1 } });
    }
    for (const client of clients) await client.next('error');
    expect(served.session.played.length).toBeLessThanOrEqual(1600);
  });

  it('finds the door closed when it comes back over and over', async () => {
    const visit = async () => {
      const client = await PanelClient.greeted(served.server.address);
      client.socket.terminate();
      await client.closed;
    };
    // All clients of a session, and one of each of the others, may come back at once, each with one for the host.
    for (let i = 0; i < 2 * (CLIENTS + MOST_SESSIONS); i++) await visit();
    await expect(visit()).rejects.toThrow('503');
    served.session.time += 1;
    await visit();
  });

  it('that opens connections and says nothing keeps nobody out', async () => {
    const { hostname, port } = new URL(served.server.address);
    const quiet = Array.from({ length: 200 }, () => connect(Number(port), hostname));
    for (const [index, socket] of quiet.entries()) {
      socket.on('error', () => {});
      if (index % 2 === 0) socket.write('GET / HTTP/1.1\r\nHost: ');
    }
    await Promise.all(quiet.map((socket) => once(socket, 'connect')));
    expect((await fetch(served.server.address)).status).toBe(200);
    await PanelClient.greeted(served.server.address);
    for (const socket of quiet) socket.destroy();
  });

  it('is told when its headers are huge', async () => {
    const headers = { 'x-long': 'x'.repeat(100_000) };
    expect((await fetch(served.server.address, { headers })).status).toBe(431);
  });

  it('finds the door closed when there are too many, and open again when one leaves', async () => {
    const clients = await Promise.all(
      Array.from({ length: 16 }, () => PanelClient.greeted(served.server.address)),
    );
    await expect(PanelClient.connect(served.server.address)).rejects.toThrow('503');
    clients[0]!.socket.close();
    await clients[0]!.closed;
    await PanelClient.greeted(served.server.address);
  });

  it('is dropped when it does not read, while the others hear everything', async () => {
    const [deaf, other] = [
      await PanelClient.greeted(served.server.address),
      await PanelClient.greeted(served.server.address),
    ];
    deaf.socket.pause();
    // More than the system's socket buffers hold.
    const message = 'x'.repeat(60_000);
    for (let i = 0; i < 400; i++) {
      served.session.emit({ type: 'trouble', time: i, code: 'DEFECT', message });
      expect((await other.next('event')).event.time).toBe(i);
    }
    deaf.socket.resume();
    expect(await deaf.closed).toBe(1006);
  });

  it('is answered when the session itself fails, and the defect is reported', async () => {
    const client = await PanelClient.greeted(served.server.address);
    served.session.command = () => {
      throw new TypeError('a slip');
    };
    client.say({ type: 'command', command: { type: 'start' } });
    expect(await client.next('error')).toMatchObject({ code: 'DEFECT', about: 'command' });
    expect(served.defects.splice(0)).toEqual([new TypeError('a slip')]);
    served.session.command = () => {
      throw new ContinuoError('MODE_UNKNOWN', 'no such mode');
    };
    client.say({ type: 'command', command: { type: 'mode', mode: 'solo' } });
    expect(await client.next('error')).toMatchObject({ code: 'MODE_UNKNOWN' });
  });
});

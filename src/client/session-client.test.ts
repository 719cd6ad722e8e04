import { describe, expect, it } from 'vitest';
import { ContinuoError } from '../errors.js';
import { startServer } from '../server/start-server.js';
import { noTakes } from '../server/testing/no-takes.js';
import { serve } from '../server/testing/served.js';
import { connectSession, sessionClient } from './connect.js';
import type { SessionClient } from './session-client.js';

const served = serve();
const connect = () => connectSession(served.server.address);

/** Waits until the host has read all that was sent before. */
const settled = (client: SessionClient) => client.command({ type: 'stop' });

describe('a client of a session', () => {
  it('is welcomed with the whole state, plays, commands and hears events by their type', async () => {
    served.session.time = 5;
    const client = await connect();
    expect(client.connected).toBe(true);
    expect(client.welcome.description.model.id).toBe('piano-pop');
    expect(client.play({ type: 'noteOn', pitch: 60, velocity: 80 })).toBe(true);
    await client.command({ type: 'param', id: 'temperature', value: 1.5 });
    expect(served.session.played).toEqual([{ type: 'noteOn', pitch: 60, velocity: 80 }]);
    expect(served.session.commands).toEqual([{ type: 'param', id: 'temperature', value: 1.5 }]);
    const all: string[] = [];
    client.on('event', ({ type }) => all.push(type));
    const notes: number[] = [];
    const end = client.on('noteOn', ({ pitch }) => notes.push(pitch));
    const note = (id: number, pitch: number) =>
      served.session.emit({ type: 'noteOn', id, voice: 'model', time: 6, pitch, velocity: 70 });
    note(0, 64);
    served.session.emit({ type: 'noteOff', id: 0, time: 7 });
    await client.next('noteOff');
    end();
    note(1, 65);
    await client.next('noteOn', ({ id }) => id === 1);
    expect([all, notes]).toEqual([['noteOn', 'noteOff', 'noteOn'], [64]]);
    client.close();
  });

  it('rejects what the host refuses, with its code and hint', async () => {
    const client = await connect();
    const refused = client.connectPort('input', 'Nothing');
    await expect(refused).rejects.toBeInstanceOf(ContinuoError);
    await expect(refused).rejects.toMatchObject({ code: 'PORT_NOT_FOUND', hint: expect.any(String) });
    await expect(client.load({ model: 'none' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    served.session.command = () => {
      throw new ContinuoError('PARAM_UNKNOWN', 'There is no parameter "heat".');
    };
    const command = client.command({ type: 'param', id: 'heat', value: 1 });
    await expect(command).rejects.toMatchObject({ code: 'PARAM_UNKNOWN' });
    client.close();
  });

  it('has what it asked for when the promise resolves, in the welcome too', async () => {
    const client = await connect();
    await client.connectPort('output', 'Synth');
    await client.load({ model: 'piano-pop' });
    expect(client.welcome.description.ports.output).toBe('Synth');
    client.close();
  });

  it('knows what is being loaded, and can hurry or cancel it', async () => {
    const client = await connect();
    const coming = {
      ...{ plugin: { id: 'keys', name: 'Keys' }, model: { id: 'large', name: 'Large' } },
      ready: true,
    };
    const told = client.next('coming');
    served.session.loads(coming);
    expect(await told).toEqual(coming);
    client.hurryLoad();
    client.cancelLoad();
    await settled(client);
    expect(served.session.said).toEqual(['hurry', 'cancel']);
    const over = client.next('coming');
    served.session.loads(null);
    expect(await over).toBeNull();
    client.close();
  });

  it('undoes and redoes what anybody changed, and knows what comes next; a drag has one number for all clients', async () => {
    const [client, other] = [await connect(), await connect()];
    await client.command({ type: 'param', id: 'temperature', value: 1.1 }, { gesture: 1 });
    await client.command({ type: 'param', id: 'temperature', value: 1.2 }, { gesture: 1 });
    await other.command({ type: 'param', id: 'temperature', value: 1.3 }, { gesture: 1 });
    const [first, second, third] = served.session.gestures.slice(-3);
    expect([first === second, first === third]).toEqual([true, false]);
    const told = client.next('undoable', ({ redo }) => redo !== null);
    await other.undo();
    expect(await told).toMatchObject({ redo: { label: 'temperature' } });
    await client.redo();
    await expect(client.redo()).rejects.toMatchObject({ code: 'UNDO_NOTHING' });
    client.close();
    other.close();
  });

  it('tells of refusals that answer no request', async () => {
    const client = await connect();
    const refused = client.next('refused');
    client.send({ type: 'play', event: { type: 'noteOn', pitch: 300, velocity: 1 } });
    expect(await refused).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    client.close();
  });

  it('knows the clock of the session, and its own', async () => {
    served.session.time = 1000;
    const client = await connect();
    await client.next('clock');
    expect(client.now()).toBeGreaterThanOrEqual(1000);
    expect(client.toLocal(client.toSession(7))).toBeCloseTo(7);
    // The session's clock stands still, this one runs.
    expect(client.now() - 1000).toBeLessThan(client.around.now());
    client.close();
  });

  it('pages back through the music, and shares a page that is asked for twice', async () => {
    const client = await connect();
    const [one, two] = await Promise.all([client.earlier(10), client.earlier(10)]);
    expect(one).toBe(two);
    expect(one).toEqual({ type: 'earlier', before: 10, events: [] });
    client.close();
  });

  it('has pieces made with progress, exported, and cancelled', async () => {
    const client = await connect();
    expect(client.welcome.composers.map(({ id }) => id)).toEqual(['songs']);
    const task = { plugin: 'songs', options: { mood: 'gay' } };
    const grown: number[] = [];
    const made = client.makePiece(task, { grows: ({ candidates }) => grown.push(candidates) });
    await settled(client);
    served.pieces.grow({ candidates: 3 });
    const piece = served.pieces.give();
    expect(await made).toEqual(piece);
    expect(grown).toEqual([3]);
    const file = client.exportPiece({ plugin: 'songs', text: piece.text, format: 'midi', options: {} });
    await settled(client);
    expect(served.pieces.giveFile()).toEqual(await file);

    const enough = new AbortController();
    const cancelled = client.readPiece({ plugin: 'songs', text: 'X:1' }, { signal: enough.signal });
    await settled(client);
    expect(served.pieces.asked).toHaveLength(1);
    enough.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    await settled(client);
    expect(served.pieces.asked).toHaveLength(0);
    client.close();
  });

  it('sees the network while it watches', async () => {
    const client = await connect();
    const seen: unknown[] = [];
    const end = client.watchNetwork({
      shape: ({ classes }) => seen.push(classes),
      steps: ({ dropped }) => seen.push(dropped),
    });
    await settled(client);
    const [show] = served.session.networkListeners;
    show!({ type: 'networkShape', shape: { layers: [{ cell: 'gru', units: 4 }], classes: 388 } });
    show!({ type: 'networkSteps', steps: { tokens: [], dropped: 2 } });
    await settled(client);
    expect(seen).toEqual([388, 2]);
    end();
    await settled(client);
    expect(served.session.networkListeners.size).toBe(0);
    client.close();
  });
});

describe('a client without a host', () => {
  it('says that no host answers, or that this is no address of one', async () => {
    const { address } = served.server;
    await served.server.close();
    await expect(connectSession(address)).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: expect.stringContaining(address),
    });
    await expect(connectSession('127.0.0.1:8137')).rejects.toMatchObject({ code: 'OPTION_VALUE' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(connectSession(address, { signal, wait: true })).rejects.toThrow('enough');
  });

  it('says that a session is not there', async () => {
    await expect(connectSession(served.server.address, { session: 'nowhere1' })).rejects.toMatchObject({
      code: 'SESSION_NOT_FOUND',
    });
    await expect(connectSession(new URL('/elsewhere', served.server.address))).rejects.toMatchObject({
      code: 'HOST_REFUSED',
      message: expect.stringContaining('/elsewhere'),
    });
  });

  it('waits for a host where it is told to, and comes back to one that was restarted', async () => {
    const { sessions, pieces, folder } = served;
    const port = Number(new URL(served.server.address).port);
    await served.server.close();
    const connecting = connectSession(served.server.address, { wait: true });
    const again = () => startServer({ sessions, pieces, takes: noTakes, port, panelFolder: folder });
    served.server = await again();
    const client = await connecting;
    await client.command({ type: 'start' });
    await Promise.all([client.next('lost'), served.server.close()]);
    expect([client.connected, client.play({ type: 'noteOn', pitch: 60, velocity: 1 })]).toEqual([
      false,
      false,
    ]);
    await expect(client.command({ type: 'start' })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    served.server = await again();
    await client.next('welcome');
    await client.command({ type: 'start' });
    expect(served.session.commands).toEqual([{ type: 'start' }, { type: 'start' }]);
    client.close();
  });

  it('rejects what waits for an answer when the line breaks or is closed', async () => {
    const client = await connect();
    served.session.load = () => new Promise(() => {});
    const one = client.load({ model: 'piano-pop' });
    const rejected = expect(one).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await Promise.all([rejected, client.next('lost'), served.server.close()]);
    client.close();
    expect(client.connected).toBe(false);
  });
});

describe('a client of a host with a token', () => {
  it('takes it from the link, or is given it; a wrong one is named', async () => {
    const { sessions, pieces, folder } = served;
    const token = 'abcdefghijkl~._-';
    const server = await startServer({
      sessions,
      pieces,
      takes: noTakes,
      port: 0,
      panelFolder: folder,
      token,
    });
    try {
      for (const client of [
        await connectSession(server.link),
        await connectSession(`${server.address.replace('http', 'ws')}session`, { token }),
      ]) {
        await settled(client);
        client.close();
      }
      await expect(connectSession(server.address)).rejects.toMatchObject({
        code: 'HOST_TOKEN',
        message: expect.stringContaining('none was given'),
      });
      await expect(connectSession(server.address, { token: 'another-token' })).rejects.toMatchObject({
        code: 'HOST_TOKEN',
        message: expect.stringContaining('another token'),
      });
    } finally {
      await server.close();
    }
  });

  it('in a page, tries until it is closed', async () => {
    const { WebSocket } = await import('ws');
    const client = sessionClient(served.server.address, { WebSocket: WebSocket as never });
    const welcome = client.next('welcome');
    expect(client.connected).toBe(false);
    expect(() => client.welcome).toThrow('no connection');
    client.open();
    await welcome;
    client.close();
  });
});

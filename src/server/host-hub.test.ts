import { describe, expect, it } from 'vitest';
import { MOST_SESSIONS } from '../host/sessions/sessions.js';
import { TakeDesk } from '../host/takes/library/take-desk.js';
import { HOST_PATH, pathOf, SESSION_GONE } from '../protocol/host-protocol.js';
import { PROTOCOL_VERSION, SESSION_PATH } from '../protocol/session-protocol.js';
import { CLIENTS, PROXIED } from './sockets.js';
import { startServer } from './start-server.js';
import { TestHostClient } from './testing/host-client.js';
import { directoryOf } from './testing/memory-sessions.js';
import { PanelClient } from './testing/panel-client.js';
import { serve } from './testing/served.js';

const served = serve();
const at = () => served.server.address;

describe('the WebSocket of the host', () => {
  it('tells of its sessions, plugins and limits, and of every change', async () => {
    const { client, welcome } = await TestHostClient.greeted(at());
    expect(welcome).toMatchObject({
      version: PROTOCOL_VERSION,
      sessions: [{ name: 'Session 1', plugin: { id: 'piano' }, phase: 'stopped', clients: 0 }],
      plugins: [{ id: 'piano', models: [{ id: 'piano-pop' }] }],
      limits: { sessions: MOST_SESSIONS, clients: CLIENTS, undoSeconds: 30 },
    });
    const other = (await TestHostClient.greeted(at())).client;
    const id = await client.open({ name: 'Reels' });
    expect((await other.next('sessions')).sessions).toMatchObject([
      { name: 'Session 1' },
      { id, name: 'Reels' },
    ]);
    expect(await client.ask({ type: 'renameSession', id, name: ' Jigs ' })).toMatchObject({ type: 'done' });
    expect((await other.next('sessions')).sessions[1]).toMatchObject({ id, name: 'Jigs' });
    expect(await client.ask({ type: 'closeSession', id })).toMatchObject({ type: 'done' });
    expect((await other.next('sessions')).sessions).toHaveLength(1);
    expect(await client.ask({ type: 'reopenSession', id })).toMatchObject({ type: 'opened', id });
    expect((await other.next('sessions')).sessions).toHaveLength(2);
    client.say({ type: 'ping', id: 5 });
    expect(await client.next('pong')).toEqual({ type: 'pong', id: 5, time: served.session.time });
  });

  it('refuses what is no message of it, by code', async () => {
    const { client } = await TestHostClient.greeted(at());
    const long = 'x'.repeat(61);
    for (const message of [
      { type: 'openSession', name: '' },
      { type: 'openSession', name: long },
      { type: 'openSession', name: 'a\nb' },
      { type: 'openSession', plugin: 3 },
      { type: 'openSession', port: 'Keys' },
    ]) {
      client.say({ ...message, request: 1 } as never);
      expect(await client.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    }
    expect(await client.ask({ type: 'closeSession', id: 'nothere1' })).toMatchObject({
      ...{ type: 'error', code: 'SESSION_NOT_FOUND', about: 'closeSession' },
    });
    client.say({ type: 'hello', version: PROTOCOL_VERSION });
    expect(await client.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
  });

  it('is asked no faster than people ask, and ends where that goes on', async () => {
    const { client } = await TestHostClient.greeted(at());
    for (let i = 0; i < 150; i++) client.say({ type: 'ping', id: i });
    expect(await client.closed).toBe(1008);
  });
});

describe('the WebSocket of a session', () => {
  const second = async () => (await TestHostClient.greeted(at())).client;

  it('is that of the session of its path, or of the first one', async () => {
    const host = await second();
    const id = await host.open();
    const panel = await PanelClient.connect(at(), {}, pathOf(id));
    panel.say({ type: 'hello', version: PROTOCOL_VERSION });
    await panel.next('welcome');
    panel.say({ type: 'command', command: { type: 'start' } });
    await panel.settled();
    expect(served.session.commands).toEqual([]);
    expect(served.sessions.list().map(({ clients }) => clients)).toEqual([0, 1]);
    const first = await PanelClient.greeted(at());
    first.say({ type: 'command', command: { type: 'start' } });
    await first.settled();
    expect(served.session.commands).toEqual([{ type: 'start' }]);
    panel.socket.close();
    await expect.poll(() => served.sessions.list()[1]!.clients).toBe(0);
  });

  it('ends with its session, which is said, and the notes of a session that is closed are released', async () => {
    const host = await second();
    const panel = await PanelClient.greeted(at());
    panel.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 80 } });
    await panel.settled();
    const id = served.sessions.first!;
    await host.ask({ type: 'closeSession', id });
    expect(await panel.next('error')).toMatchObject({ code: 'SESSION_CLOSED' });
    expect(await panel.closed).toBe(SESSION_GONE);
    expect(served.session.played.at(-1)).toEqual({ type: 'noteOff', pitch: 60 });
    expect(served.session.holds).toEqual([true]);
  });

  it('says over itself that there is no such session, which a browser could not read otherwise', async () => {
    const nobody = await PanelClient.connect(at(), {}, pathOf('nothere1'));
    expect(await nobody.next('error')).toMatchObject({ code: 'SESSION_NOT_FOUND' });
    expect(await nobody.closed).toBe(SESSION_GONE);
    served.sessions.close(served.sessions.first!);
    const none = await PanelClient.connect(at(), {}, SESSION_PATH);
    expect(await none.next('error')).toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });

  it('has the music so far again when the session is reopened', async () => {
    served.session.emit({ type: 'noteOn', id: 1, voice: 'player', time: 1, pitch: 60, velocity: 80 });
    const host = await second();
    const id = served.sessions.first!;
    await host.ask({ type: 'closeSession', id });
    await host.ask({ type: 'reopenSession', id });
    expect((await PanelClient.greeted(at())).welcome.history).toMatchObject([{ type: 'noteOn', pitch: 60 }]);
  });

  it('of one session is full while others have places', async () => {
    const host = await second();
    const id = await host.open();
    for (let i = 0; i < 16; i++) await PanelClient.greeted(at());
    await expect(PanelClient.connect(at())).rejects.toThrow('503');
    await PanelClient.connect(at(), {}, pathOf(id));
  });
});

it('the host has places for the clients of all sessions that it has or passes on', async () => {
  const { session, pieces, folder } = served;
  const sessions = directoryOf(session, 2);
  const takes = new TakeDesk(served.library);
  const parts = { sessions, pieces, takes, port: 0, panelFolder: folder };
  const server = await startServer({ ...parts, onDefect: (error) => served.defects.push(error) });
  try {
    for (let taken = 0; taken < 2 * CLIENTS + PROXIED; taken++) {
      session.time++; // else they would arrive too fast
      await PanelClient.connect(server.address, {}, HOST_PATH);
    }
    session.time++;
    await expect(PanelClient.connect(server.address, {}, HOST_PATH)).rejects.toThrow('503');
    await PanelClient.connect(server.address);
  } finally {
    await server.close();
  }
});

describe('each path', () => {
  const paths = () => [SESSION_PATH, pathOf(served.sessions.first), '/host', pathOf('nothere1')];

  it('lets in no page of another site, nor under another name', async () => {
    for (const path of paths()) {
      await expect(PanelClient.connect(at(), { origin: 'http://evil.example' }, path)).rejects.toThrow('403');
      await expect(PanelClient.connect(at(), { host: 'evil.example' }, path)).rejects.toThrow('403');
      const own = { origin: at().replace(/\/$/, '') };
      (await PanelClient.connect(at(), own, path)).socket.terminate();
    }
    for (const path of ['/', '/sessions', '/hosts', '/session/', '/host?x'])
      await expect(PanelClient.connect(at(), {}, path)).rejects.toThrow('404');
  });
});

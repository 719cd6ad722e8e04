import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectHost, connectSession, type HostClient, type SessionClient } from '../../src/client/index.js';
import type { SessionEvent } from '../../src/session/events.js';
import { type Host, program, startHost } from '../browser/host.js';

const takes = mkdtempSync(join(tmpdir(), 'continuo-sessions-'));
const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
let host: Host;
let directory: HostClient;
const clients: SessionClient[] = [];

beforeAll(async () => {
  host = await startHost(takes);
  directory = await connectHost(host.address);
}, 120_000);
afterAll(async () => {
  for (const client of clients) client.close();
  directory?.close();
  await host?.stop();
  rmSync(takes, { recursive: true, force: true });
});

/** A player of a session, and all events that it heard. */
async function player(session: string) {
  const client = await connectSession(host.address, { session });
  clients.push(client);
  const events: SessionEvent[] = [];
  client.on('event', (event) => events.push(event));
  const modelNotes = () =>
    events.filter((event) => event.type === 'noteOn' && event.voice === 'model').length;
  /** Plays a phrase and waits for the model's notes. */
  const jam = async (pitches: readonly number[]) => {
    const before = modelNotes();
    for (const pitch of pitches) {
      client.play({ type: 'noteOn', pitch, velocity: 80 });
      await wait(0.15);
      client.play({ type: 'noteOff', pitch });
      await wait(0.05);
    }
    await expect.poll(modelNotes, { timeout: 30_000 }).toBeGreaterThan(before);
  };
  return { client, events, modelNotes, jam };
}

const replayed = (take: string) => {
  const { stdout, stderr } = spawnSync(process.execPath, [program, 'replay', join(takes, take), '--json'], {
    encoding: 'utf8',
  });
  return { stderr, ...(JSON.parse(stdout || '{}') as { same?: boolean }) };
};

describe('sessions of one host, played at once over a WebSocket each', () => {
  it('play their own plugins; closing one leaves the music of the other as it is; each take replays token for token', async () => {
    const [first] = directory.sessions;
    const second = await directory.openSession({ plugin: 'folk', name: 'Reels' });
    const third = await directory.openSession({ plugin: 'drums', mode: 'duet' });
    expect(directory.sessions.map(({ plugin }) => plugin.id)).toEqual(['piano', 'folk', 'drums']);
    const [piano, folk] = [await player(first!.id), await player(second)];
    await Promise.all([piano.jam([60, 64, 67, 72]), folk.jam([62, 66, 69, 74])]);
    await expect.poll(() => directory.sessions.map(({ clients: there }) => there)).toEqual([1, 1, 0]);
    // What is played in one is heard in no other.
    const struck = (events: readonly SessionEvent[]) =>
      events.flatMap((event) => (event.type === 'noteOn' && event.voice === 'player' ? [event.pitch] : []));
    expect([struck(piano.events), struck(folk.events)]).toEqual([
      [60, 64, 67, 72],
      [62, 66, 69, 74],
    ]);
    const takesOf = () => directory.sessions.flatMap(({ take }) => take ?? []);
    // In the third session nothing was played.
    await expect.poll(() => new Set(takesOf()).size).toBe(2);
    const taken = takesOf();

    // One session plays alone while another, that plays too, is closed.
    await piano.client.command({ type: 'mode', mode: 'solo' });
    await piano.client.command({ type: 'start' });
    const before = piano.modelNotes();
    await expect.poll(piano.modelNotes, { timeout: 30_000 }).toBeGreaterThan(before + 5);
    const heard = piano.events.length;
    const ended = new Promise<{ readonly code: string }>((resolve) => folk.client.on('ended', resolve));
    await directory.closeSession(second);
    expect((await ended).code).toBe('SESSION_CLOSED');
    const then = piano.modelNotes();
    await expect.poll(piano.modelNotes, { timeout: 30_000 }).toBeGreaterThan(then + 5);
    const since = piano.events.slice(heard);
    expect(since.filter(({ type }) => type === 'allOff' || type === 'phase' || type === 'trouble')).toEqual(
      [],
    );

    await directory.closeSession(third);
    for (const client of clients) client.close();
    directory.close();
    await host.stop();
    for (const take of taken) expect(replayed(take), take).toMatchObject({ stderr: '', same: true });
  }, 240_000);
});

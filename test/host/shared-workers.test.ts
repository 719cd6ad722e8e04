import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FromSeat } from '../../dist/host/live/engine/pool/pool-protocol.js';
import { WorkerThread } from '../../dist/host/live/engine/pool/worker-thread.js';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { HostResources } from '../../dist/host/live/resources.js';
import { openHostPerformer } from '../../dist/host/models/open-host-performer.js';
import { SharedModels } from '../../dist/host/models/shared-models.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import type { Mode } from '../../dist/session/commands.js';
import type { SessionEvent } from '../../dist/session/events.js';
import { replayTake } from '../../dist/session/replay.js';

const setup = { engine: 'kernel', precision: 'int8' } as const;
const PIANO = { plugin: 'piano', model: 'piano-pop-start' };
const FOLK = { plugin: 'folk', model: 'folk-session' };

const opened: LiveSession[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function open(
  options: Omit<Parameters<typeof LiveSession.open>[0], keyof typeof setup | 'takes'> & { takes?: string },
) {
  const session = await LiveSession.open({ ...setup, takes: null, ...options });
  opened.push(session);
  return session;
}

/** Resolves when the model has begun so many notes. */
function notes(session: LiveSession, count: number): Promise<void> {
  let begun = 0;
  return new Promise((resolve) => {
    const end = session.subscribe((event: SessionEvent) => {
      if (event.type !== 'noteOn' || event.voice !== 'model' || ++begun < count) return;
      end();
      resolve();
    });
  });
}

function play(session: LiveSession, mode: Mode): void {
  if (mode === 'solo') {
    session.command({ type: 'start' });
    return;
  }
  const hands = session.hands();
  for (const pitch of [60, 64, 67, 72]) {
    hands.play({ type: 'noteOn', pitch, velocity: 80 });
    hands.play({ type: 'noteOff', pitch });
  }
}

it('a session beside twenty others, of two plugins, is replayed token for token', async () => {
  const resources = new HostResources({ workers: 1 });
  const takes = mkdtempSync(join(tmpdir(), 'continuo-takes-'));
  folders.push(takes);
  const modes: Mode[] = ['solo', 'continue', 'duet'];
  const sessions = [];
  for (let seed = 0; seed < 21; seed++) {
    const mode = modes[seed % modes.length]!;
    const what = seed % 4 === 3 ? FOLK : PIANO;
    sessions.push({ mode, session: await open({ ...what, mode, seed, takes, resources }) });
  }
  const heard = sessions.map(({ session }) => notes(session, 20));
  for (const { mode, session } of sessions) play(session, mode);
  await Promise.all(heard);
  await Promise.all(opened.splice(0).map((session) => session.close()));
  const names = readdirSync(takes);
  expect(names).toHaveLength(21);
  for (const name of names) {
    const { header, records } = await readTake(join(takes, name));
    const performer = await openHostPerformer(header.setup);
    const parts = { ...performer, pluginParams: performer.descriptor.params };
    const replay = replayTake(records, { ...parts, mode: header.mode, time: header.time });
    expect([header.setup.seed, replay.same]).toEqual([header.setup.seed, true]);
    performer.engine.dispose();
  }
}, 300_000);

describe('a worker with several sessions', () => {
  const worker = new WorkerThread();
  const models = new SharedModels();

  /** A session in the worker that has begun; `told` is all that it says. */
  async function seat(seed: number) {
    const told: FromSeat[] = [];
    const waits: { so: (said: FromSeat) => boolean; done: () => void }[] = [];
    const hear = async (said: FromSeat) => {
      told.push(said);
      for (const wait of waits.filter(({ so }) => so(said))) wait.done();
      if (said.type !== 'wantsModel') return;
      const { model } = await models.hold(said.name, 'int8');
      worker.post(number, { type: 'model', name: said.name, model });
    };
    const number: number = worker.add({
      ...{ hear, lost: () => {}, isOpening: () => false, isBuiltIn: () => true },
    });
    const until = (so: (said: FromSeat) => boolean) =>
      new Promise<void>((resolve) => {
        if (told.some(so)) resolve();
        else waits.push({ so, done: resolve });
      });
    const sent = new SharedArrayBuffer(8 + 12 * 512);
    const start = { zero: 0, channel: 0, foreign: [], firstId: 0, shared: true, sent };
    worker.post(number, { type: 'open', start: { ...start, setup: { ...setup, ...PIANO, seed } } });
    await until(({ type }) => type === 'ready');
    const time = Number(process.hrtime.bigint()) / 1e9;
    worker.post(number, { type: 'begin', mode: 'solo', time, others: [] });
    worker.post(number, { type: 'command', command: { type: 'start' }, time });
    return { number, told, until };
  }

  const sounds = (said: FromSeat) =>
    said.type === 'batch' && said.events.some(({ type }) => type === 'noteOn');

  it('ends only the one whose code throws, and the others play on', async () => {
    const [one, other] = [await seat(1), await seat(2)];
    await Promise.all([one.until(sounds), other.until(sounds)]);
    worker.post(one.number, { type: 'input', event: null as never });
    await one.until(({ type }) => type === 'died');
    other.told.length = 0;
    await other.until(sounds);
    expect(other.told.map(({ type }) => type)).not.toContain('died');
    await worker.remove(one.number);
    worker.post(other.number, { type: 'close', takeEnds: true });
    await other.until(({ type }) => type === 'closed');
    await worker.remove(other.number);
    expect(worker.isOver).toBe(true);
  }, 120_000);
});

it('the weights of a model are read once, and again where its folder has changed', async () => {
  const models = new SharedModels();
  const [one, other] = await Promise.all([
    models.hold('piano-pop-start', 'int8'),
    models.hold('piano-pop-start', 'int8'),
  ]);
  expect(other.model).toBe(one.model);
  expect(await models.hold('nowhere', 'int8')).toMatchObject({ model: { code: 'MODEL_NOT_FOUND' } });
  one.release();
  const third = await models.hold('piano-pop-start', 'int8');
  expect(third.model).toBe(one.model);
  for (const held of [other, third]) held.release();
  // Nobody has it any more: it is let go.
  const anew = await models.hold('piano-pop-start', 'int8');
  expect(anew.model).not.toBe(one.model);
  anew.release();
}, 60_000);

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FOLDERS } from '../../src/host/folders.js';
import type { PanelClient } from '../../src/server/testing/panel-client.js';
import type { SessionEvent } from '../../src/session/events.js';
import { takesIn } from '../takes-in.js';
import { FaultyHost } from './host.js';

const MODEL = join(FOLDERS.bundledModels, 'piano-pop-start');

let host: FaultyHost | undefined;
afterEach(async () => {
  await host?.clear();
  host = undefined;
});

async function nextEvent(panel: PanelClient, so: (event: SessionEvent) => boolean): Promise<SessionEvent> {
  for (;;) {
    const { event } = await panel.next('event');
    if (so(event)) return event;
  }
}

const sounds = (event: SessionEvent) => event.type === 'noteOn' && event.voice === 'model';
const isTrouble = (event: SessionEvent) => event.type === 'trouble';

/** What who joins now is told. */
async function description(on: FaultyHost) {
  const panel = await on.panel();
  panel.socket.close();
  return panel.welcome.description;
}

describe.each(['hang', 'die'])('a worker that is made to %s', (how) => {
  it('is replaced, and everything is as it was set', async () => {
    host = await FaultyHost.start(['--model', MODEL, '--mode', 'solo'], `./worker-fails.mjs?${how}`);
    const panel = await host.panel();
    panel.say({ type: 'command', command: { type: 'param', id: 'temperature', value: 0.5 } });
    panel.say({ type: 'command', command: { type: 'start' } });
    await nextEvent(panel, sounds);
    host.child.kill('SIGUSR2');
    // What sounded is ended before anything is said.
    await nextEvent(panel, ({ type }) => type === 'allOff');
    expect(await nextEvent(panel, isTrouble)).toMatchObject({ code: 'ENGINE_CRASHED' });
    await nextEvent(panel, sounds);
    expect(await description(host)).toMatchObject({
      phase: 'playing',
      mode: 'solo',
      values: { temperature: 0.5 },
    });
    expect(await host.end()).toBe(143);
  });
});

describe.each(['buffers', 'wasm'])('a worker that takes more and more %s', (how) => {
  it('is replaced before the machine is out of memory, and all of it is given back', async ({ skip }) => {
    if (process.platform !== 'linux') skip('memory of a process is read from /proc');
    host = await FaultyHost.start(['--model', MODEL, '--mode', 'solo'], `./worker-fails.mjs?${how}`);
    const memory = (name: string) =>
      Number(
        new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(
          readFileSync(`/proc/${host!.child.pid}/status`, 'utf8'),
        )![1],
      ) / 1024;
    const panel = await host.panel();
    panel.say({ type: 'command', command: { type: 'start' } });
    await nextEvent(panel, sounds);
    const before = memory('VmRSS');
    host.child.kill('SIGUSR2');
    await nextEvent(panel, ({ type }) => type === 'allOff');
    expect(await nextEvent(panel, isTrouble)).toMatchObject({
      code: 'ENGINE_CRASHED',
      message: expect.stringMatching(/\d+ MB of memory/),
    });
    await nextEvent(panel, sounds);
    expect(memory('VmHWM')).toBeLessThan(before + 1500);
    expect(memory('VmRSS')).toBeLessThan(before + 250);
    expect(await host.end()).toBe(143);
  });
});

it('engines that die one after the other, as soon as they are ready, are followed by one that plays', async () => {
  host = await FaultyHost.start(['--model', MODEL, '--mode', 'solo'], './worker-ends.mjs?all');
  const panel = await host.panel();
  panel.say({ type: 'command', command: { type: 'start' } });
  await nextEvent(panel, sounds);
  host.child.kill('SIGUSR2');
  for (let i = 0; i < 3; i++)
    expect(await nextEvent(panel, isTrouble)).toMatchObject({ code: 'ENGINE_CRASHED' });
  host.child.kill('SIGUSR2');
  await nextEvent(panel, sounds);
  expect((await description(host)).phase).toBe('playing');
  expect(await host.end()).toBe(143);
});

it('an engine that dies while it waits for a phrase to end is said to have died, and what plays plays on', async () => {
  // A worker of its own, which the one that plays does not share.
  host = await FaultyHost.start(
    ['--model', MODEL, '--mode', 'solo', '--engine', 'reference'],
    './worker-ends.mjs',
  );
  const panel = await host.panel();
  panel.say({ type: 'command', command: { type: 'start' } });
  await nextEvent(panel, sounds);
  host.child.kill('SIGUSR2');
  await panel.settled();
  panel.say({ type: 'load', request: 1, plugin: 'piano', model: 'piano-pop' });
  expect(await panel.next('error')).toMatchObject({ code: 'ENGINE_CRASHED', request: 1 });
  await nextEvent(panel, sounds);
  expect(await description(host)).toMatchObject({ model: { id: 'piano-pop-start' }, phase: 'playing' });
  expect(await host.end()).toBe(143);
});

it('a model that dies as soon as it plays gives way to the one before, each time that it is asked for', async () => {
  host = await FaultyHost.start(['--model', MODEL, '--mode', 'solo'], './model-dies.mjs?piano-pop');
  const panel = await host.panel();
  panel.say({ type: 'command', command: { type: 'start' } });
  await nextEvent(panel, sounds);
  for (let request = 0; request < 2; request++) {
    panel.say({ type: 'load', request, plugin: 'piano', model: 'piano-pop', when: 'now' });
    expect(await nextEvent(panel, isTrouble)).toMatchObject({
      code: 'ENGINE_CRASHED',
      message: expect.stringContaining(
        'The model piano-pop died right after it was loaded; piano-pop-start plays',
      ),
    });
    // The panels are told of it, and the music goes on.
    while ((await panel.next('welcome')).description.model.id !== 'piano-pop-start');
    await nextEvent(panel, sounds);
  }
  // Nothing is tried again by itself.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(await description(host)).toMatchObject({
    ...{ model: { id: 'piano-pop-start' }, mode: 'solo', phase: 'playing' },
  });
  expect(host.stderr.match(/ENGINE_CRASHED|died right after/g)?.length ?? 0).toBeLessThanOrEqual(2);
  expect(await host.end()).toBe(143);
});

it('what is stopped while a model is loaded is stopped then too, and says so', async () => {
  host = await FaultyHost.start(['--model', MODEL, '--mode', 'solo']);
  const panel = await host.panel();
  for (let i = 0; i < 8; i++) {
    panel.say({ type: 'command', command: { type: 'start' } });
    await nextEvent(panel, sounds);
    panel.say({
      type: 'load',
      request: 1,
      plugin: 'piano',
      model: i % 2 ? 'piano-pop-start' : 'piano-pop',
      when: 'now',
    });
    // At other moments of the change each time.
    await new Promise((resolve) => setTimeout(resolve, 60 * i));
    panel.say({ type: 'command', command: { type: 'stop' } });
    await panel.next('welcome');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await description(host)).phase).toBe('stopped');
  }
  expect(await host.end()).toBe(143);
});

it('an engine that dies while new weights wait for its turn to end is replaced', async ({ skip }) => {
  if (process.platform !== 'linux') skip('threads of a process are read from /proc');
  const folder = mkdtempSync(join(tmpdir(), 'continuo-reload-'));
  const model = join(folder, 'mine');
  cpSync(MODEL, model, { recursive: true });
  host = await FaultyHost.start(['--model', model, '--mode', 'solo'], './worker-fails.mjs?die');
  const threads = () => readdirSync(`/proc/${host!.child.pid}/task`).length;
  const panel = await host.panel();
  const before = threads();
  utimesSync(join(model, 'model.json'), 1, 1);
  // The new weights are being loaded: from now on it plays, without end.
  await host.until(() => threads() > before, 'the new weights are loaded');
  panel.say({ type: 'command', command: { type: 'start' } });
  await nextEvent(panel, sounds);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  host.child.kill('SIGUSR2');
  expect(await nextEvent(panel, isTrouble)).toMatchObject({ code: 'ENGINE_CRASHED' });
  await nextEvent(panel, sounds);
  expect(await host.end()).toBe(143);
  rmSync(folder, { recursive: true });
});

it('a thread of takes that dies is told, and only then', async () => {
  host = await FaultyHost.start(['--model', MODEL, '--mode', 'solo'], './take-fails.mjs');
  const panel = await host.panel();
  panel.say({ type: 'command', command: { type: 'start' } });
  await nextEvent(panel, sounds);
  await host.until(() => takesIn(host!.takes).length > 0, 'a take is begun');
  const failure = async () => {
    for (;;) {
      const { event } = await panel.next('event');
      if (event.type === 'recording') return event.failure;
    }
  };
  host.child.kill('SIGUSR2');
  expect(await failure()).toContain('died: the thread failed');
  // Another engine writes another take.
  panel.say({ type: 'load', request: 1, plugin: 'piano', model: 'piano-pop' });
  expect(await failure()).toBeNull();
  await host.until(() => takesIn(host!.takes).length > 1, 'another take is begun');
  expect(await host.end()).toBe(143);
  expect(host.stderr.match(/Not recording/g)).toHaveLength(1);
  expect(host.records().at(-1)?.type).toBe('end');
});

describe('models asked for in a storm', () => {
  const MODELS = [
    { plugin: 'folk', model: 'folk-session' },
    { plugin: 'piano', model: 'piano-pop-start' },
    { plugin: 'piano', model: 'piano-pop' },
  ] as const;

  /** Waits until the host says that this model plays. */
  async function plays(panel: PanelClient, model: string): Promise<void> {
    for (;;) if ((await panel.next('welcome')).description.model.id === model) return;
  }

  /** Of the host: threads, and memory in MB. */
  function taken(on: FaultyHost): { readonly threads: number; readonly memory: number } {
    const status = readFileSync(`/proc/${on.child.pid}/status`, 'utf8');
    const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)![1]);
    return { threads: number('Threads'), memory: Math.round(number('VmRSS') / 1024) };
  }

  it('end with the last one, whatever comes before it, and none is refused', async () => {
    host = await FaultyHost.start(['--model', MODEL]);
    const panel = await host.panel();
    const [folk, start, pop] = MODELS;
    for (const storm of [
      [folk, pop],
      [pop, folk],
      Array.from({ length: 30 }, (_, i) => [folk, start, pop][i % 3]!),
    ]) {
      for (const choice of storm) panel.say({ type: 'load', request: 1, ...choice });
      await plays(panel, storm.at(-1)!.model);
      // Nothing comes after it.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { plugin, model } = await description(host);
      expect([plugin.id, model.id]).toEqual([storm.at(-1)!.plugin, storm.at(-1)!.model]);
    }
    expect(host.stderr).toBe('');
    expect(await host.end()).toBe(143);
  });

  it('leave no thread and no memory behind', async ({ skip }) => {
    if (process.platform !== 'linux') skip('threads and memory of a process are read from /proc');
    host = await FaultyHost.start(['--model', MODEL]);
    const panel = await host.panel();
    const load = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const choice = MODELS[1 + (i % 2)]!;
        panel.say({ type: 'load', request: 1, ...choice });
        await plays(panel, choice.model);
      }
    };
    await load(10);
    const before = taken(host);
    await load(90);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const after = taken(host);
    expect(after.threads).toBeLessThanOrEqual(before.threads + 1);
    expect(after.memory).toBeLessThan(before.memory + 100);
    expect(await host.end()).toBe(143);
  }, 300_000);

  it('do not keep the host from ending', async () => {
    host = await FaultyHost.start(['--model', MODEL]);
    const panel = await host.panel();
    for (let i = 0; i < 30; i++) panel.say({ type: 'load', request: 1, ...MODELS[i % 3]! });
    await panel.settled();
    const began = performance.now();
    expect(await host.end()).toBe(143);
    expect(performance.now() - began).toBeLessThan(8000);
  });
});

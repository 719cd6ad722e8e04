import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FOLDERS } from '../../src/host/folders.js';
import type { PanelClient } from '../../src/server/testing/panel-client.js';
import type { SessionEvent } from '../../src/session/events.js';
import { program } from '../browser/host.js';
import { FaultyHost } from './host.js';

const MODEL = join(FOLDERS.bundledModels, 'piano-pop-start');

let host: FaultyHost | undefined;
afterEach(async () => {
  await host?.clear();
  host = undefined;
});

/** A phrase has begun, so that there is a take, and the reply is awaited. */
async function playing(on: FaultyHost) {
  const panel = await on.panel();
  panel.say({ type: 'command', command: { type: 'start' } });
  for (const pitch of [60, 64, 67]) {
    panel.say({ type: 'play', event: { type: 'noteOn', pitch, velocity: 80 } });
    panel.say({ type: 'play', event: { type: 'noteOff', pitch } });
  }
  for (;;) if ((await nextEvent(panel, 'phase')).phase === 'playing') return panel;
}

async function nextEvent<T extends SessionEvent['type']>(panel: PanelClient, type: T) {
  for (;;) {
    const { event } = await panel.next('event');
    if (event.type === type) return event as Extract<SessionEvent, { type: T }>;
  }
}

describe('the host stays up', () => {
  it('when the reader of its output goes away: it plays on, and ends in order', async () => {
    host = await FaultyHost.start(['--model', MODEL]);
    const panel = await playing(host);
    host.child.stdout!.destroy();
    host.child.stderr!.destroy();
    await panel.settled();
    // It has something to say at the end, and cannot.
    expect(await host.end()).toBe(143);
    expect(host.records().at(-1)?.type).toBe('end');
  });

  it('when the folder of its model is renamed, also for who joins later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-renamed-'));
    const model = join(folder, 'mine');
    cpSync(MODEL, model, { recursive: true });
    host = await FaultyHost.start(['--model', model]);
    const panel = await playing(host);
    renameSync(model, `${model}-2`);
    // Two looks at the folder, and one of the hub's, are made meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 5500));
    await panel.settled();
    const late = await host.panel();
    await late.settled();
    renameSync(`${model}-2`, model);
    utimesSync(join(model, 'model.json'), 1, 1);
    expect(await host.end()).toBe(143);
    expect(host.stderr).toBe('');
    rmSync(folder, { recursive: true });
  });
});

it('what fails unforeseen ends in silence and a whole take, with one line and status 70', async () => {
  host = await FaultyHost.start(['--model', MODEL], './throws.mjs');
  await playing(host);
  host.child.kill('SIGUSR2');
  expect(await host.exited).toBe(70);
  expect(host.stderr).toBe(
    'continuo: a defect of the program ended it: a handler failed (please report it)\n',
  );
  expect(host.records().at(-1)?.type).toBe('end');
});

it('a bad --allow-origin is refused before anything is open', () => {
  for (const origin of ['localhost:8432', 'http://studio.local:8137,studio']) {
    const { status, stderr } = spawnSync(
      process.execPath,
      [program, 'start', '--no-open', '--port', '0', '--allow-origin', origin],
      { encoding: 'utf8', timeout: 10_000 },
    );
    expect(stderr).toContain('[OPTION_VALUE]');
    expect(status).toBe(2);
  }
});

describe('a gap in which nothing ran', () => {
  const pauses = (on: FaultyHost) => on.records().filter((record) => record.type === 'pause');
  /** Whether the take plays again, token for token. */
  function same(on: FaultyHost): boolean {
    const { stdout } = spawnSync(process.execPath, [program, 'replay', on.take, '--json'], {
      encoding: 'utf8',
    });
    return (JSON.parse(stdout) as { same: boolean }).same;
  }

  it('of three seconds (SIGSTOP) ends the turn, is in the take, and costs no panel its connection', async () => {
    host = await FaultyHost.start(['--model', MODEL, '--mode', 'continue']);
    const panel = await playing(host);
    host.child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    host.child.kill('SIGCONT');
    const trouble = await nextEvent(panel, 'trouble');
    expect(trouble).toMatchObject({ code: 'SESSION_PAUSED' });
    await panel.settled();
    expect(await host.end()).toBe(143);
    expect(pauses(host)).toHaveLength(1);
    expect(same(host)).toBe(true);
  });

  it('of ten minutes (a clock that jumps) is not caught up', async () => {
    host = await FaultyHost.start(['--model', MODEL, '--mode', 'continue'], './clock-jumps.mjs');
    const panel = await playing(host);
    host.child.kill('SIGUSR2');
    expect(await nextEvent(panel, 'trouble')).toMatchObject({ code: 'SESSION_PAUSED' });
    panel.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 80 } });
    for (;;) if ((await nextEvent(panel, 'phase')).phase === 'listening') break;
    expect(await host.end()).toBe(143);
    const [pause] = pauses(host);
    expect(pause!.until - pause!.time).toBeGreaterThan(599);
    const after = host.records().slice(host.records().findIndex(({ type }) => type === 'pause'));
    expect(after.filter(({ type }) => type === 'sampled' || type === 'dropped')).toEqual([]);
    expect(same(host)).toBe(true);
  });
});

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FOLDERS } from '../../src/host/folders.js';
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
  for (;;) {
    const { event } = await panel.next('event');
    if (event.type === 'phase' && event.phase === 'playing') return panel;
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

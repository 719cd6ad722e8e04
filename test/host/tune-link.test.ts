import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TuneLink } from '../../dist/host/tune-link.js';
import { program } from '../browser/host.js';

const settings = {
  type: 'jig',
  key: 'Em',
  form: 'AB',
  bars: 4,
  range: 'any',
  temperature: 1,
  bestOf: 2,
} as const;
let tunes: TuneLink;

afterEach(async () => {
  await tunes.close();
  vi.unstubAllEnvs();
});

describe('tunes from a thread of their own', () => {
  it('are those that the command line makes, with the notes that they are played with', async () => {
    tunes = new TuneLink();
    const tune = await tunes.make({ ...settings, seed: 11 });
    const args = [
      '--type',
      'jig',
      '--key',
      'Em',
      '--form',
      'AB',
      '--bars',
      '4',
      '--best-of',
      '2',
      '--seed',
      '11',
    ];
    const printed = execFileSync(process.execPath, [program, 'generate', 'folk', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(tune.abc).toBe(printed);
    expect(tune.title).toContain('Jig in Em');
    expect(tune.settings).toEqual({ ...settings, seed: 11 });
    // Eight bars of six eighths, at 360 eighths a minute.
    expect(tune.notes.at(-1)!.end).toBeCloseTo(8, 6);
  });

  it('draw a seed where none is given, and say which', async () => {
    tunes = new TuneLink();
    const one = await tunes.make(settings);
    expect((await tunes.make(one.settings)).abc).toBe(one.abc);
  });

  it('are refused where the wish is none, and the next is made', async () => {
    tunes = new TuneLink();
    const bad = tunes.make({ ...settings, key: 'H' });
    await expect(bad).rejects.toMatchObject({ code: 'OPTION_VALUE', hint: expect.any(String) });
    expect((await tunes.make(settings)).abc).toContain('K:Em');
  });

  it('wait in a line that has an end', async () => {
    tunes = new TuneLink();
    const asked = Array.from({ length: 18 }, () => tunes.make({ ...settings, bars: 64 }));
    const ends = Promise.allSettled(asked);
    await tunes.close();
    const codes = (await ends).map((end) => (end.status === 'rejected' ? end.reason.code : ''));
    expect(codes).toEqual([...Array(16).fill('ENGINE_CRASHED'), 'TUNE_BUSY', 'TUNE_BUSY']);
  });

  it('say why there are none where the model is broken', async () => {
    const data = mkdtempSync(join(tmpdir(), 'continuo-data-'));
    for (const folder of ['continuo', 'continuo-nodejs'])
      mkdirSync(join(data, folder, 'models', 'folk-session'), { recursive: true });
    for (const folder of ['continuo', 'continuo-nodejs'])
      writeFileSync(join(data, folder, 'models', 'folk-session', 'model.json'), '{');
    vi.stubEnv('XDG_DATA_HOME', data);
    tunes = new TuneLink();
    await expect(tunes.make(settings)).rejects.toMatchObject({ code: expect.stringContaining('MODEL_') });
    rmSync(data, { recursive: true });
  });
});

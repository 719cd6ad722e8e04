import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TuneLink } from '../../dist/host/compose/link.js';
import type { TuneSettings } from '../../src/plugins/folk/compose/tune-options.js';
import { unsaid } from '../../src/plugins/folk/testing/tune-settings.js';
import { program } from '../browser/host.js';

const settings = { ...unsaid, type: 'jig', key: 'Em', form: 'AB', bars: 4, bestOf: 2 } as const;
const task = (change: Partial<TuneSettings> = {}) =>
  ({ type: 'make', settings: { ...settings, ...change } }) as const;
const printed = (args: string, input = '') =>
  execFileSync(process.execPath, [program, 'generate', 'folk', ...args.split(' ')], {
    encoding: 'utf8',
    input,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
let tunes: TuneLink;

afterEach(async () => {
  await tunes.close();
  vi.unstubAllEnvs();
});

describe('tunes from a thread of their own', () => {
  it('are those that the command line makes, with the notes that they are played with', async () => {
    tunes = new TuneLink();
    const tune = await tunes.make(task({ seed: 11 }));
    expect(tune.abc).toBe(printed('--type jig --key Em --form AB --bars 4 --best-of 2 --seed 11'));
    expect(tune.title).toContain('Jig in Em');
    expect(tune.made?.settings).toEqual({ ...settings, seed: 11 });
    expect(tune.notes.length).toBeGreaterThan(20);
    expect(tune.bars.filter(({ number }) => number > 0).map(({ number }) => number)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    expect(Buffer.from(tune.midi, 'base64').subarray(0, 4).toString()).toBe('MThd');
    // Read again it is the same tune.
    const again = await tunes.make({ type: 'read', abc: tune.abc });
    expect(again).toEqual({ ...tune, made: undefined });
  });

  it('are seen while they grow, each beginning with the one before', async () => {
    tunes = new TuneLink();
    const grown: string[] = [];
    const order = task({ form: 'ABCDEF', bars: 16, bestOf: 1, seed: 3 });
    const { abc } = await tunes.make(order, { grows: (soFar) => grown.push(soFar.abc!) });
    const music = (text: string) => text.slice(text.indexOf('K:')).replace(/[\s|:\]]/g, '');
    expect(grown.length).toBeGreaterThan(1);
    for (const [index, part] of grown.entries()) {
      const whole = music(grown[index + 1] ?? abc);
      expect(whole.startsWith(music(part))).toBe(true);
    }
    expect(music(abc).length).toBeGreaterThan(music(grown[0]!).length);
  });

  it('count their candidates', async () => {
    tunes = new TuneLink();
    const grown: number[] = [];
    await tunes.make(task({ bars: 8, bestOf: 16 }), { grows: ({ candidates }) => grown.push(candidates) });
    expect(grown.length).toBeGreaterThan(0);
    expect(grown).toEqual([...grown].sort((a, b) => a - b));
  });

  it('are made anew in part, as on the command line', async () => {
    tunes = new TuneLink();
    const { abc } = await tunes.make(task({ seed: 11 }));
    const from = { abc, change: { type: 'redo', bars: '3-4' } } as const;
    const redone = await tunes.make({ type: 'make', settings: { ...unsaid, seed: 4 }, from });
    expect(redone.abc).toBe(printed('--prime - --redo 3-4 --seed 4', abc));
    const varied = { abc, change: { type: 'vary' } } as const;
    expect(
      (await tunes.make({ type: 'make', settings: { ...unsaid, seed: 4 }, from: varied })).title,
    ).toContain('Jig in Em, 11-1, a variation, 4-1');
    const kept = { abc, change: { type: 'keep', bars: 'B' } } as const;
    expect((await tunes.make({ type: 'make', settings: { ...unsaid, seed: 4 }, from: kept })).abc).not.toBe(
      abc,
    );
  });

  it('go on from a bar of a tune', async () => {
    tunes = new TuneLink();
    const { abc } = await tunes.make({
      type: 'make',
      settings: { ...unsaid, bestOf: 2, type: 'reel', key: 'D', seed: 5 },
    });
    const bars = (text: string) =>
      text
        .slice(text.indexOf('\n', text.indexOf('\nK:') + 1))
        .replace(/\s/g, '')
        .split(/[|:]+/)
        .filter(Boolean);
    const from = { abc, change: { type: 'goOn', after: 6 } } as const;
    const other = await tunes.make({ type: 'make', settings: { ...unsaid, bestOf: 2, seed: 77 }, from });
    expect(bars(other.abc).slice(0, 6)).toEqual(bars(abc).slice(0, 6));
    expect(bars(other.abc).slice(6)).not.toEqual(bars(abc).slice(6));
    const [from1, to1] = [abc.indexOf('|:'), abc.indexOf('|', abc.indexOf('|:') + 2)];
    const symbols = `${abc.slice(0, from1)}|:"D"${abc.slice(from1 + 2, to1)}${abc.slice(to1)}`;
    const kept = { abc: symbols, change: { type: 'goOn', after: 6 } } as const;
    const again = await tunes.make({
      type: 'make',
      settings: { ...unsaid, bestOf: 2, seed: 77 },
      from: kept,
    });
    expect(again.abc).toContain('|:"D"');
    expect(again.lost).toEqual({});
    const beyond = { abc, change: { type: 'goOn', after: 99 } } as const;
    await expect(tunes.make({ type: 'make', settings: unsaid, from: beyond })).rejects.toMatchObject({
      code: 'OPTION_VALUE',
    });
  });

  it('share no more than tunes by people do, where that is asked for', async () => {
    tunes = new TuneLink();
    const { made } = await tunes.make(task({ novel: true, seed: 2 }));
    expect(made?.sharedRun?.notes ?? 0).toBeLessThan(30);
    expect(made?.settings.novel).toBe(true);
  });

  it('draw a seed where none is given, and say which', async () => {
    tunes = new TuneLink();
    const one = await tunes.make(task());
    expect((await tunes.make({ type: 'make', settings: one.made!.settings })).abc).toBe(one.abc);
  });

  it('are refused where the wish or the text is none, and the next is made', async () => {
    tunes = new TuneLink();
    const bad = tunes.make(task({ key: 'H' }));
    await expect(bad).rejects.toMatchObject({ code: 'OPTION_VALUE', hint: expect.any(String) });
    const misread = tunes.make({ type: 'read', abc: 'X:1\nK:C\nCDE ?(((' });
    await expect(misread).rejects.toMatchObject({
      code: 'ABC_TUNE',
      message: expect.stringContaining('line 3'),
    });
    await expect(tunes.make({ type: 'read', abc: 'hello' })).rejects.toMatchObject({ code: 'ABC_NO_TUNE' });
    expect((await tunes.make(task())).abc).toContain('K:Em');
  });

  it('are read without their bars where those cannot be told apart', async () => {
    tunes = new TuneLink();
    const free = await tunes.make({ type: 'read', abc: 'X:1\nT:Free\nM:none\nL:1/8\nK:C\n{d}CDEF|G2C2|]\n' });
    expect(free).toMatchObject({ title: 'Free', bars: [], lost: {} });
    // As it stands there, and the grace sounds.
    expect(free.abc).toBe('X:1\nT:Free\nM:none\nL:1/8\nK:C\n{d}CDEF|G2C2|]\n');
    expect(free.notes).toHaveLength(7);
  });

  it('wait in a line that has an end', async () => {
    tunes = new TuneLink();
    const asked = Array.from({ length: 18 }, () => tunes.make(task({ bars: 64 })));
    const ends = Promise.allSettled(asked);
    await tunes.close();
    const codes = (await ends).map((end) => (end.status === 'rejected' ? end.reason.code : ''));
    expect(codes).toEqual([...Array(16).fill('ENGINE_CRASHED'), 'TUNE_BUSY', 'TUNE_BUSY']);
  });

  it('are given up at once, whether they are being made or wait, and the others are made', async () => {
    tunes = new TuneLink();
    await tunes.make(task());
    const stop = new AbortController();
    // Minutes of work.
    const long = task({ form: 'ABCDEFGH', bars: 64, bestOf: 32 });
    const began = new Promise<void>((resolve) => {
      tunes.make(long, { signal: stop.signal, grows: () => resolve() }).catch(() => resolve());
    });
    const waits = tunes.make(long, { signal: stop.signal });
    const next = tunes.make(task({ seed: 6 }));
    const refused = expect(waits).rejects.toMatchObject({ name: 'AbortError' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    await Promise.all([began, refused]);
    expect((await next).made?.settings.seed).toBe(6);
    const late = tunes.make(task(), { signal: stop.signal });
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('say why there are none where the model is broken', async () => {
    const data = mkdtempSync(join(tmpdir(), 'continuo-data-'));
    for (const folder of ['continuo', 'continuo-nodejs'])
      mkdirSync(join(data, folder, 'models', 'folk-session'), { recursive: true });
    for (const folder of ['continuo', 'continuo-nodejs'])
      writeFileSync(join(data, folder, 'models', 'folk-session', 'model.json'), '{');
    vi.stubEnv('XDG_DATA_HOME', data);
    tunes = new TuneLink();
    await expect(tunes.make(task())).rejects.toMatchObject({ code: expect.stringContaining('MODEL_') });
    rmSync(data, { recursive: true });
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { ComposeLink } from '../../dist/host/compose/compose-link.js';
import { composingPlugins } from '../../dist/host/compose/composers.js';
import { program } from '../browser/host.js';
import { composingPlugin } from '../plugins/composing-plugin.js';

const options = { type: 'jig', key: 'Em', form: 'AB', bars: 4, bestOf: 2 } as const;
type Options = Record<string, string | number | boolean>;
const task = (change: Options = {}, seed?: number) => ({
  ...{ plugin: 'folk', options: { ...options, ...change } },
  ...(seed !== undefined && { seed }),
});
const given = (text: string, edit: string, more: { segments?: string; after?: number } = {}) => ({
  ...{ plugin: 'folk', options: {}, seed: 4 },
  given: { text, edit, ...more },
});
const printed = (args: string, input = '') =>
  execFileSync(process.execPath, [program, 'generate', 'folk', ...args.split(' ')], {
    encoding: 'utf8',
    input,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
let pieces: ComposeLink;
const opened = async (first?: string) => new ComposeLink(await composingPlugins(first));

afterEach(async () => {
  await pieces.close();
  vi.unstubAllEnvs();
});

describe('pieces from a thread of their own', () => {
  it('are those that the command line makes, with the notes that they are played with, and their files', async () => {
    pieces = await opened();
    const tune = await pieces.make(task({}, 11));
    expect(tune.text).toBe(printed('--type jig --key Em --form AB --bars 4 --best-of 2 --seed 11'));
    expect(tune.title).toContain('Jig in Em');
    expect(tune.made).toMatchObject({ seed: 11, options, model: { id: 'folk-session' } });
    expect(tune.made?.remarks.join(' ')).toContain('grammar forbade');
    expect(tune.notes.length).toBeGreaterThan(20);
    expect(tune.segments.filter(({ number }) => number > 0).map(({ number }) => number)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    // Read again it is the same tune.
    const again = await pieces.read({ plugin: 'folk', text: tune.text });
    expect(again).toEqual({ ...tune, made: undefined });
    const file = (format: string, options = {}) =>
      pieces.write({ plugin: 'folk', text: tune.text, format, options });
    const midi = await file('midi');
    expect(midi.binary).toBe(true);
    expect(Buffer.from(midi.content, 'base64').subarray(0, 4).toString()).toBe('MThd');
    expect((await file('midi', { lilt: 0 })).content).not.toBe(midi.content);
    const { content, binary } = await file('svg');
    expect([binary, content.slice(0, 4)]).toEqual([false, '<svg']);
    await expect(file('gif')).rejects.toMatchObject({ code: 'OPTION_VALUE' });
  });

  it('are seen while they grow, each beginning with the one before', async () => {
    pieces = await opened();
    const grown: string[] = [];
    const order = task({ form: 'ABCDEF', bars: 16, bestOf: 1 }, 3);
    const { text } = await pieces.make(order, { grows: (soFar) => grown.push(soFar.text!) });
    const music = (abc: string) => abc.slice(abc.indexOf('K:')).replace(/[\s|:\]]/g, '');
    expect(grown.length).toBeGreaterThan(1);
    for (const [index, part] of grown.entries()) {
      const whole = music(grown[index + 1] ?? text);
      expect(whole.startsWith(music(part))).toBe(true);
    }
    expect(music(text).length).toBeGreaterThan(music(grown[0]!).length);
  });

  it('count their candidates', async () => {
    pieces = await opened();
    const grown: (number | undefined)[][] = [];
    await pieces.make(task({ bars: 8, bestOf: 16 }), {
      grows: ({ candidates, of }) => grown.push([candidates, of]),
    });
    expect(grown.length).toBeGreaterThan(0);
    const counted = grown.map(([candidates]) => candidates!);
    expect(counted).toEqual([...counted].sort((a, b) => a - b));
    expect(new Set(grown.map(([, of]) => of))).toEqual(new Set([16]));
  });

  it('are made anew in part, as on the command line', async () => {
    pieces = await opened();
    const { text } = await pieces.make(task({}, 11));
    const redone = await pieces.make(given(text, 'redo', { segments: '3-4' }));
    expect(redone.text).toBe(printed('--prime - --redo 3-4 --seed 4', text));
    expect((await pieces.make(given(text, 'vary'))).title).toContain('Jig in Em, 11-1, a variation, 4-1');
    expect((await pieces.make(given(text, 'keep', { segments: 'B' }))).text).not.toBe(text);
  });

  it('go on from a bar of a tune', async () => {
    pieces = await opened();
    const { text } = await pieces.make({
      ...{ plugin: 'folk', seed: 5 },
      options: { bestOf: 2, type: 'reel', key: 'D' },
    });
    const bars = (abc: string) =>
      abc
        .slice(abc.indexOf('\n', abc.indexOf('\nK:') + 1))
        .replace(/\s/g, '')
        .split(/[|:]+/)
        .filter(Boolean);
    const goOn = (abc: string, after: number) =>
      pieces.make({ ...given(abc, 'goOn', { after }), options: { bestOf: 2 }, seed: 77 });
    const other = await goOn(text, 6);
    expect(bars(other.text).slice(0, 6)).toEqual(bars(text).slice(0, 6));
    expect(bars(other.text).slice(6)).not.toEqual(bars(text).slice(6));
    const [from, to] = [text.indexOf('|:'), text.indexOf('|', text.indexOf('|:') + 2)];
    const symbols = `${text.slice(0, from)}|:"D"${text.slice(from + 2, to)}${text.slice(to)}`;
    const again = await goOn(symbols, 6);
    expect(again.text).toContain('|:"D"');
    expect(again.lost).toEqual({});
    await expect(goOn(text, 99)).rejects.toMatchObject({ code: 'OPTION_VALUE' });
  });

  it('draw a seed where none is given, and say which', async () => {
    pieces = await opened();
    const one = await pieces.make(task());
    const { seed } = one.made!;
    expect((await pieces.make(task({}, seed))).text).toBe(one.text);
  });

  it('are refused where the request or the text is none, and the next is made', async () => {
    pieces = await opened();
    const bad = pieces.make(task({ key: 'H' }));
    await expect(bad).rejects.toMatchObject({ code: 'OPTION_VALUE', hint: expect.any(String) });
    await expect(pieces.make(task({ bars: 99 }))).rejects.toMatchObject({ code: 'PARAM_VALUE' });
    const misread = pieces.read({ plugin: 'folk', text: 'X:1\nK:C\nCDE ?(((' });
    await expect(misread).rejects.toMatchObject({
      code: 'ABC_TUNE',
      message: expect.stringContaining('line 3'),
    });
    await expect(pieces.read({ plugin: 'folk', text: 'hello' })).rejects.toMatchObject({
      code: 'ABC_NO_TUNE',
    });
    expect((await pieces.make(task())).text).toContain('K:Em');
  });

  it('are read without their segments where those cannot be told apart', async () => {
    pieces = await opened();
    const text = 'X:1\nT:Free\nM:none\nL:1/8\nK:C\n{d}CDEF|G2C2|]\n';
    const free = await pieces.read({ plugin: 'folk', text });
    expect(free).toMatchObject({ title: 'Free', segments: [], lost: {} });
    // As it stands there, and the grace sounds.
    expect(free.text).toBe(text);
    expect(free.notes).toHaveLength(7);
  });

  it('wait in a line that has an end', async () => {
    pieces = await opened();
    const asked = Array.from({ length: 18 }, () => pieces.make(task({ bars: 64 })));
    const ends = Promise.allSettled(asked);
    await pieces.close();
    const codes = (await ends).map((end) => (end.status === 'rejected' ? end.reason.code : ''));
    expect(codes).toEqual([...Array(16).fill('ENGINE_CRASHED'), 'PIECE_BUSY', 'PIECE_BUSY']);
  });

  it('are given up at once, whether they are being made or wait, and the others are made', async () => {
    pieces = await opened();
    await pieces.make(task());
    const stop = new AbortController();
    // Minutes of work.
    const long = task({ form: 'ABCDEFGH', bars: 64, bestOf: 32 });
    const began = new Promise<void>((resolve) => {
      pieces.make(long, { signal: stop.signal, grows: () => resolve() }).catch(() => resolve());
    });
    const waits = pieces.make(long, { signal: stop.signal });
    const next = pieces.make(task({}, 6));
    const refused = expect(waits).rejects.toMatchObject({ name: 'AbortError' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    await Promise.all([began, refused]);
    expect((await next).made?.seed).toBe(6);
    const late = pieces.make(task(), { signal: stop.signal });
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('say why there are none where the model is broken', async () => {
    const data = mkdtempSync(join(tmpdir(), 'continuo-data-'));
    for (const folder of ['continuo', 'continuo-nodejs'])
      mkdirSync(join(data, folder, 'models', 'folk-session'), { recursive: true });
    for (const folder of ['continuo', 'continuo-nodejs'])
      writeFileSync(join(data, folder, 'models', 'folk-session', 'model.json'), '{');
    vi.stubEnv('XDG_DATA_HOME', data);
    pieces = await opened();
    await expect(pieces.make(task())).rejects.toMatchObject({ code: expect.stringContaining('MODEL_') });
    rmSync(data, { recursive: true });
  });
});

describe('a stranger’s plugin', () => {
  const parent = mkdtempSync(join(tmpdir(), 'continuo-composers-'));
  afterAll(() => rmSync(parent, { recursive: true }));
  const ask = (plugin: string, options: Options = {}) => ({ plugin, options, seed: 2 });

  it('makes its pieces beside the others, without a model, and its files of them', async () => {
    pieces = await opened(composingPlugin(parent, 'bells'));
    const offered = pieces.composers();
    expect(offered[0]).toMatchObject({ id: 'bells', name: 'The bells' });
    expect(offered.map(({ id }) => id)).toEqual(expect.arrayContaining(['folk', 'text']));
    // There is no model of texts: it is said beforehand, and such plugins come last.
    expect(offered.at(-1)).toMatchObject({ id: 'text', lacks: expect.stringContaining('“text”') });
    const piece = await pieces.make(ask('bells', { bells: 4, rows: 2, key: 'C', slowly: 0.5 }));
    expect(piece).toMatchObject({
      title: '4 bells, 2-1',
      text: expect.stringContaining('\nFEDC|\nEFCD|]\n'),
      segments: [
        { number: 1, part: 'A' },
        { number: 2, part: 'A' },
      ],
      made: { seed: 2, why: [], remarks: ['Rung by hand.', expect.stringContaining('"hidden":false')] },
      notices: ['The tower is cold'],
      lost: {},
    });
    const file = (format: string, text = piece.text) =>
      pieces.write({ plugin: 'bells', text, format, options: {} });
    expect(await file('asRows')).toEqual({ content: '1234\n2143\n', binary: false });
    expect(await file('raw')).toEqual({
      content: Buffer.from([1, 2, 3, 4, 2, 1, 4, 3]).toString('base64'),
      binary: true,
    });
    const edited = (edit: string, more = {}) =>
      pieces.make({ ...ask('bells'), given: { text: piece.text, edit, ...more } });
    expect((await edited('redo', { segments: '2' })).text).toMatch(/\nFEDC\|\n(?!EFCD)[C-F]{4}\|\]\n/);
    expect((await edited('reverse')).text).toContain('\nEFCD|\nFEDC|]\n');
    // It reads none: what was made here is known, of another only the text.
    const { text } = piece;
    expect((await pieces.read({ plugin: 'bells', text })).segments).toHaveLength(2);
    expect(await pieces.read({ plugin: 'bells', text: 'X:1\n' })).toMatchObject({ title: '', segments: [] });
    await expect(file('raw', 'X:1\n')).rejects.toMatchObject({ code: 'OPTION_VALUE' });
  });

  it.each([
    ['throws', "throw new Error('the rope broke');", 'PLUGIN_FAILED', 'the rope broke'],
    ['lies', "yield { title: 'x', text: 'x', notes: [{ pitch: 300 }] };", 'PLUGIN_FAILED', 'notes.0.pitch'],
    ['stops', 'return;', 'PLUGIN_FAILED', 'made 0'],
    ['overflows', "yield { title: 'x', text: 'x'.repeat(1e6) };", 'PIECE_TOO_LARGE', 'longer'],
    ['ends-its-thread', 'process.exit(3);', 'ENGINE_CRASHED', 'thread'],
  ])('that %s is named, and the next piece is made', async (id, make, code, words) => {
    pieces = await opened(composingPlugin(parent, id, `if (options.muffled) { ${make} }`));
    const bad = pieces.make(ask(id, { muffled: true }));
    const next = pieces.make(ask(id));
    await expect(bad).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect((await next).title).toBe('6 bells, 2-1');
  });

  it('that does not return is ended when it is given up', async () => {
    pieces = await opened(composingPlugin(parent, 'hangs', 'while (options.muffled);'));
    await pieces.make(ask('hangs'));
    const stop = new AbortController();
    const hangs = pieces.make(ask('hangs', { muffled: true }), { signal: stop.signal });
    const refused = expect(hangs).rejects.toMatchObject({ name: 'AbortError' });
    const next = pieces.make(ask('hangs'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    stop.abort();
    await refused;
    expect((await next).title).toBe('6 bells, 2-1');
  });
});

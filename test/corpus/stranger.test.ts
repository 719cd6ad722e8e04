import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type CheckResult, checkPlugin } from '../../dist/plugin-check/index.js';
import { pluginFolder } from '../plugins/plugin-folder.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-stranger-corpus-'));
afterAll(() => rmSync(folder, { recursive: true }));

const continuo = (...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });

/** Melodies as lines of pitches, `# title` before them: a plugin that learns from .seq files, and plays with the model. */
const code = ({ tokens = 'codec.encode({ notes: notesOf(piece), pedal: [] }).tokens' } = {}) => `
import { codecById, ContinuoError, definePlugin } from 'continuo/plugin';

const ID = 'performance-388';
const notesOf = (pitches) =>
  pitches.map((pitch, index) => ({ pitch, velocity: 64, start: index / 4, end: index / 4 + 0.2 }));

export default definePlugin({
  live: { codec: () => codecById(ID) },
  corpus: {
    codec: (id) => codecById(id),
    *examples(bytes, { warn }) {
      const lines = new TextDecoder().decode(bytes).split('\\n');
      let title;
      for (const [index, line] of lines.entries()) {
        if (line.startsWith('#')) title = line.slice(1).trim();
        if (line.trim() === '' || line.startsWith('#')) continue;
        const example = { place: index + 1, ...(title && { title }) };
        const piece = line.trim().split(/\\s+/).map(Number);
        if (piece.length > 200) warn({ code: 'long', message: 'a line is very long' });
        if (piece.every((pitch) => Number.isInteger(pitch) && pitch >= 21 && pitch <= 108)) yield { ...example, piece };
        else yield { ...example, refused: new ContinuoError('FILE_READ', 'Expected pitches from 21 to 108.') };
      }
    },
    tokens: (piece, codec) => ({ tokens: ${tokens}, notes: piece.length, seconds: piece.length / 4 }),
    statistics: (piece) => ({ pitches: piece, kinds: { lengths: String(piece.length) } }),
    derive: (name, examples) => ({ bytes: new TextEncoder().encode(name + [...examples].length), words: 'counted' }),
    modelFiles: async ({ train }) => ({ 'learnt.txt': new TextEncoder().encode(String(train.length)) }),
  },
});
`;
const corpus = {
  ...{ endings: ['seq'], files: 'sequences', codecs: ['performance-388'] },
  split: { by: 'family', oneIn: 4, seed: 'seq' },
  derived: { counted: { file: 'counted.txt', help: 'Counts.' } },
};
const manifest = { extensions: ['live', 'corpus'], models: ['seq'], corpus };
const plugin = pluginFolder(folder, 'seq', { manifest, code: code() });

const melodies = join(folder, 'melodies');
mkdirSync(join(melodies, 'deep'), { recursive: true });
const line = (from: number) => Array.from({ length: 24 }, (_, index) => from + ((index * 2) % 12)).join(' ');
for (let file = 0; file < 12; file++)
  writeFileSync(
    join(melodies, `deep/${file}.seq`),
    `# Melody ${file}\n${line(40 + file)}\n${line(52 + file)}\n`,
  );
writeFileSync(join(melodies, 'odd.seq'), '# Odd\n60 62 high\n');
writeFileSync(join(melodies, 'listed.seq'), `${line(41)}\n${line(43)}\n`);
writeFileSync(join(melodies, 'listed.splits.txt'), 'valid\ntrain\n');

describe("a stranger's corpus", () => {
  it('becomes a data set, parted by title and by what lies beside a file', () => {
    const { stdout, stderr } = continuo(
      ...['dataset', 'build', '--from', melodies, '--plugin', plugin, '--out', 'data', '--json'],
    );
    const meta = JSON.parse(stdout || stderr);
    expect(meta.splits.train.pieces + meta.splits.valid.pieces).toBe(26);
    expect(meta.splits.valid.pieces).toBeGreaterThan(1);
    expect(meta.skipped).toEqual([
      { path: 'odd.seq:2', code: 'FILE_READ', message: 'Expected pitches from 21 to 108.' },
    ]);
    const index = (split: string): { path: string }[] =>
      JSON.parse(readFileSync(join(folder, 'data', `${split}.index.json`), 'utf8'));
    const valid = index('valid').map(({ path }) => path);
    expect(valid).toContain('listed.seq:1');
    // Both lines of a title are on one side.
    for (let file = 0; file < 12; file++)
      expect(valid.includes(`deep/${file}.seq:2`)).toBe(valid.includes(`deep/${file}.seq:3`));
  });

  it('is counted', () => {
    const { stdout } = continuo('dataset', 'stats', melodies, '--plugin', plugin);
    expect(stdout).toContain('lengths: 24 26');
    expect(stdout).toContain('1 that cannot be used');
  });

  it.each([
    ['its files', melodies, ['--plugin', plugin]],
    ['its data set', 'data', ['--plugin', plugin]],
  ])('trains a model on %s, which plays with the plugin', (what, on, more) => {
    const out = what.replaceAll(' ', '-');
    const small = ['--units', '6', '--layers', '1', '--batch', '4', '--window', '16', '--epochs', '2'];
    const { status, stdout, stderr } = continuo('train', '--on', on, '--out', out, ...small, ...more);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`Play with it: continuo start --plugin seq --model ${out}`);
    expect(Number(readFileSync(join(folder, out, 'learnt.txt'), 'utf8'))).toBeGreaterThan(10);
    const etude = fileURLToPath(new URL('../../datasets/etudes/alberti-bes-minor.mid', import.meta.url));
    const played = continuo(
      ...['continue', etude, '-o', 'out.mid', '--plugin', plugin, '--model', out, '--seconds', '3'],
    );
    expect(played.status, played.stderr).toBe(0);
    expect(readFileSync(join(folder, 'out.mid')).subarray(0, 4).toString()).toBe('MThd');
    expect(continuo('evaluate', 'data', '--model', out, '--prompts', '1').stdout).toContain('nats a token');
  });

  it.each<[string, string, string]>([
    ['outside the vocabulary', '[1, 5000]', 'gave the token 5000 for deep/0.seq:2'],
    ['by throwing', "(() => { throw new TypeError('no tokens'); })()", 'TypeError: no tokens'],
  ])('is named where its code fails: tokens %s', (name, tokens, words) => {
    const bad = pluginFolder(folder, `bad-${name.length}`, { manifest, code: code({ tokens }) });
    const { status, stderr } = continuo(
      ...['dataset', 'build', '--from', melodies, '--plugin', bad, '--out', 'bad-data'],
    );
    expect(stderr).toContain(words);
    expect(stderr).toContain('[PLUGIN_CODE]');
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });

  it('is asked for in plugin.json as the contract says', () => {
    const wrong = { ...manifest, corpus: { ...corpus, source: 'file' } };
    const bad = pluginFolder(folder, 'wrong-split', { manifest: wrong, code: code() });
    const built = (path: string) =>
      continuo('dataset', 'build', '--from', melodies, '--plugin', path, '--out', 'wrong').stderr;
    expect(built(bad)).toMatch(/of one file, examples are held out by spread.*\[PLUGIN_BROKEN\]/s);
    const without = pluginFolder(folder, 'without', { manifest: { ...manifest, corpus: undefined } });
    expect(built(without)).toContain('extensions names it, and it is not there');
    expect(built('drone-that-is-not')).toContain('[PLUGIN_UNKNOWN]');
  });

  it('is refused where the plugin makes no training data, and where a codec is not its own', () => {
    const mute = pluginFolder(folder, 'mute');
    const build = (...args: string[]) =>
      continuo('dataset', 'build', '--from', melodies, '--out', 'none', ...args).stderr;
    expect(build('--plugin', mute)).toMatch(/makes no training data.*\[CODEC_UNKNOWN\]/s);
    expect(build('--plugin', plugin, '--codec', 'folk')).toMatch(/no codec named folk.*\[CODEC_UNKNOWN\]/s);
    expect(build()).toMatch(/Expected ABC tunes or MIDI files, but.*\[DATASET_EMPTY\]/s);
  });

  it('in ./plugins needs no option, nor does what it derives', () => {
    mkdirSync(join(folder, 'plugins'));
    pluginFolder(join(folder, 'plugins'), 'seq', { manifest, code: code() });
    const built = continuo('dataset', 'build', '--from', melodies, '--out', 'found');
    expect(built.status, built.stderr).toBe(0);
    const derived = continuo('dataset', 'counted', '--from', melodies, '--out', 'counted.txt');
    expect(derived.stdout, derived.stderr).toBe('counted.txt: counted\n');
    expect(readFileSync(join(folder, 'counted.txt'), 'utf8')).toBe('counted26');
    rmSync(join(folder, 'plugins'), { recursive: true });
  });
});

describe('continuo plugin check tries a corpus', () => {
  const checked = async (path: string, corpus?: string): Promise<CheckResult> => {
    for await (const result of checkPlugin(path, { checks: ['corpus'], corpus })) return result;
    throw new Error('no result');
  };
  const broken = (id: string, from: string, to: string, more: object = {}) => {
    expect(code()).toContain(from);
    const changed = { ...manifest, corpus: { ...corpus, ...more } };
    return pluginFolder(folder, id, { manifest: changed, code: code().replace(from, to) });
  };

  it.each([
    ['piano', fileURLToPath(new URL('../../datasets/etudes', import.meta.url)), /^28 files gave 28 examples/],
    ['folk', fileURLToPath(new URL('../../datasets/tunes', import.meta.url)), /^1 file gave 21 examples/],
  ])('%s passes', async (id, files, message) => {
    expect(await checked(id, files)).toMatchObject({
      outcome: 'passed',
      message: expect.stringMatching(message),
    });
  });

  it('text passes, a stranger passes, and one without files is warned', async () => {
    writeFileSync(join(folder, 'poem.txt'), 'Roses are red,\nviolets are blue.\n'.repeat(30));
    expect(await checked('text', join(folder, 'poem.txt'))).toMatchObject({ outcome: 'passed' });
    expect(await checked(plugin, melodies)).toMatchObject({ outcome: 'passed' });
    expect(await checked(plugin)).toMatchObject({
      outcome: 'warned',
      message: expect.stringContaining('--corpus'),
    });
  });

  it.each<[string, string, string, object, RegExp]>([
    [
      'beyond',
      'notes: piece.length,',
      'notes: 1, tokens: [1, 400],',
      {},
      /has the token 400; the vocabulary has 0 to 387/,
    ],
    ['shaky', 'place: index + 1', 'place: index + 1, family: String(Math.random())', {}, /the second time/],
    [
      'rude',
      "new ContinuoError('FILE_READ', 'Expected pitches from 21 to 108.')",
      "new Error('no')",
      {},
      /should be refused with a ContinuoError/,
    ],
    [
      'throws',
      "if (line.startsWith('#'))",
      "if (line.startsWith('1')) null.x; if (line.startsWith('#'))",
      {},
      /TypeError/,
    ],
    [
      'other',
      'codec: (id) => codecById(id)',
      "codec: () => codecById('performance-packed-8')",
      {},
      /gave the codec performance-packed-8/,
    ],
    ['untaken', 'statistics:', 'statistics:', { takes: true }, /no corpus\.played/],
  ])('%s is found', async (id, from, to, more, message) => {
    const { outcome, message: said } = await checked(broken(`check-${id}`, from, to, more), melodies);
    expect(`${outcome}: ${said}`).toMatch(message);
  });
});

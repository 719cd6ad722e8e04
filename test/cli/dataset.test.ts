import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { digestOf } from '../../src/corpora/members.js';
import { cut, ranged, serve } from '../../src/corpora/testing/server.js';
import { zipOf } from '../../src/corpora/testing/zip.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'continuo-dataset-'));
afterAll(() => rmSync(folder, { recursive: true }));

function continuo(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
}

it('lists, counts and builds the corpora of our own', () => {
  const list = JSON.parse(continuo('dataset', 'list', '--json').stdout) as { name: string; own: boolean }[];
  expect(list.filter(({ own }) => own).map(({ name }) => name)).toEqual(['etudes', 'tunes']);
  for (const [name, pieces] of [
    ['etudes', [24, 4]],
    ['tunes', [18, 3]],
  ] as const) {
    const out = join(folder, name);
    const meta = JSON.parse(continuo('dataset', 'build', name, '--out', out, '--json').stdout);
    const stats = JSON.parse(continuo('dataset', 'stats', name, '--json').stdout);
    for (const [index, split] of (['train', 'valid'] as const).entries()) {
      expect(meta.splits[split].pieces).toBe(pieces[index]);
      const { tokens, notes } = meta.splits[split];
      expect(stats.splits[split]).toMatchObject({ pieces: pieces[index], tokens, notes });
    }
    expect(meta).toMatchObject({ licence: 'CC0 1.0', skipped: [] });
  }
});

it('measures a model on music of your own, all of it held out', () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  const etudes = join(root, 'datasets', 'etudes');
  const [name] = readdirSync(etudes).filter((file) => file.endsWith('.mid'));
  const bytes = readFileSync(join(etudes, name!));
  writeFileSync(join(own, 'mine, whole.mid'), bytes);
  writeFileSync(join(own, 'mine, cut off.mid'), bytes.subarray(0, bytes.length - 7));
  const data = join(folder, 'own-data');
  const built = continuo('dataset', 'build', '--from', own, '--held-out', '--out', data);
  expect(built.stdout).toContain('valid.bin  2 pieces');
  expect(built.stdout).toMatch(/1 files that are odd or damaged[\s\S]*cut off\.mid: the track is cut off/);
  const { status, stdout, stderr } = continuo('evaluate', data, '--prompts', '1', '--json');
  expect([status, stderr]).toEqual([0, expect.stringContaining('no 5-gram')]);
  expect(JSON.parse(stdout)).toMatchObject({ heldOut: { pieces: 2 } });
  expect(continuo('train', '--on', data, '--out', join(folder, 'model')).stderr).toContain('[DATASET_EMPTY]');
}, 120_000);

it('the etudes are what their script makes', () => {
  const made = join(folder, 'made');
  expect(spawnSync(process.execPath, [join(root, 'scripts', 'etudes.mjs'), made]).status).toBe(0);
  const ours = join(root, 'datasets', 'etudes');
  expect(readdirSync(made)).toEqual(readdirSync(ours));
  for (const name of readdirSync(made))
    expect(readFileSync(join(made, name)).equals(readFileSync(join(ours, name)))).toBe(true);
});

it('every tune of ours passes the check', () => {
  const { status, stdout } = continuo('abc', 'check', join(root, 'datasets', 'tunes', 'tunes.abc'));
  expect([status, stdout]).toEqual([0, expect.stringContaining('21 tunes, no errors')]);
});

it('fetches by a manifest over a cut connection, says the terms, and builds it', async () => {
  const tune = readFileSync(join(root, 'datasets', 'tunes', 'tunes.abc'), 'utf8')
    .split('\n\n')[1]!
    .trim();
  const zip = zipOf({ 'book.abc': tune });
  const server = await serve(cut(zip, 40), ranged(zip));
  const path = join(folder, 'mine.json');
  writeFileSync(join(folder, 'mine.csv'), `digest,path,piece,split\n${digestOf(tune)},book.abc,1,train\n`);
  writeFileSync(
    path,
    JSON.stringify({
      name: 'mine',
      kind: 'abc',
      what: 'a test',
      sources: [{ url: `${server.url}/a.zip`, archive: 'zip' }],
      members: 'mine.csv',
      verified: 'All of it.',
      licence: { name: 'CC BY-NC 4.0', asks: 'Name me.', nonCommercial: true },
      citation: 'Me.',
      split: 'by hand',
      codec: 'folk',
      pieces: 1,
    }),
  );
  const to = join(folder, 'mine');
  const args = ['dataset', 'fetch', path, '--to', to];
  expect(continuo(...args).stderr).toContain('[CORPUS_LICENCE]');
  // Not spawnSync: the server is in this process.
  const fetching = spawn(process.execPath, [main, ...args, '--accept']);
  let said = '';
  fetching.stderr.on('data', (text) => {
    said += text;
  });
  expect(await new Promise((ended) => fetching.on('exit', ended))).toBe(0);
  await server.close();
  expect(said).toContain('Name me.');
  expect(said).toContain('attempt 2');
  const built = continuo('dataset', 'build', '--from', to, '--out', join(folder, 'built'));
  expect(built.stdout).toContain('CC BY-NC 4.0');
}, 120_000);

it.each([
  [['fetch', 'nothing'], 1, 'CORPUS_UNKNOWN'],
  [['fetch', 'etudes'], 1, 'CORPUS_UNKNOWN'],
  [['fetch', 'none.json'], 1, 'FILE_READ'],
  [['stats', 'nothing'], 1, 'CORPUS_UNKNOWN'],
  [['build', '--out', join(folder, 'x')], 2, 'OPTION_VALUE'],
])('dataset %j ends with a sentence and a code', (args, status, code) => {
  const result = continuo('dataset', ...args);
  expect(result.stderr).toContain(`[${code}]`);
  expect(result.status).toBe(status);
});

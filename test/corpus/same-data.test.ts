import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { writeMidi } from '../../dist/index.js';
import { materialHash } from '../../dist/training/fit/material.js';
import { type TrainOptions, train } from '../../dist/training/run/index.js';
import { COOLEYS, HORNPIPE, KESH } from '../../src/music/abc/testing/tunes.js';
import { jam, phrase } from '../../src/session/testing/jam.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'continuo-same-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

// Corpora with what goes wrong in corpora: damage, silence, copies, titles that differ by an article, tunes that cannot be read.
const note = (pitch: number, start: number, end = start + 0.4) => ({ pitch, velocity: 64, start, end });
const midi = (events: readonly object[], pedal: readonly object[] = []) =>
  writeMidi([{ name: '', channel: 0, events, pedal }] as unknown as Parameters<typeof writeMidi>[0]);
const scale = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => note(from + ((index * 5) % 24), 3 + index / 4));
write('midi/a.mid', midi(scale(48, 60)));
write('midi/deep/b.mid', midi([...scale(50, 50), note(3, 4), note(50, 3), note(50, 3)]));
write('midi/cut.mid', midi(scale(52, 40)).slice(0, -6));
write('midi/stuck.mid', midi(scale(40, 40), [{ time: 0, down: true }]));
write('midi/silent.mid', midi([]));
write('midi/text.mid', 'no music');
write('midi/new.mid', midi(scale(45, 30)));
write(
  'midi/splits.csv',
  'path,piece,split\r\na.mid,A,train\r\ndeep\\b.mid,B,validation\r\ncut.mid,C,train\r\nstuck.mid,D,train\r\nsilent.mid,E,train\r\ntext.mid,F,train\r\ngone.mid,G,train\r\n',
);
write('midi/LICENSE', '\nMIT License\n');

const titled = (abc: string, title: string) => abc.replace(/^T:.*$/m, title === '' ? '%' : `T:${title}`);
const bad = 'X:9\nT:Bad\nK:C\nC?\n';
write('books/a.abc', [KESH, COOLEYS, bad, HORNPIPE, titled(KESH, '')].join('\n'));
write('books/a.families.txt', '7\n12\n7\n31\n44\n');
write('books/b.abc', [titled(KESH, 'The Kesh'), titled(COOLEYS, 'KESH, the'), HORNPIPE].join('\n'));
write('books/c.abc', [COOLEYS, KESH, titled(HORNPIPE, 'Other')].join('\n'));
write('books/c.splits.txt', '\uFEFFtrain\r\ntest\r\nvalidation\r\n');
write('titles/b.abc', [titled(KESH, 'The Kesh'), titled(COOLEYS, 'Kesh, The'), HORNPIPE, bad].join('\n'));
write(
  'titles/c.abc',
  [
    titled(HORNPIPE, ''),
    titled(KESH, 'Another'),
    titled(COOLEYS, 'A third').replace('|', '|{g}!trill!'),
  ].join('\n'),
);

write(
  'poem.txt',
  Array.from({ length: 60 }, (_, line) => `Zeile ${line}: fünf Vögel 🐦 auf dem Dach.\r\n`).join(''),
);

const beats = Array.from({ length: 40 }, (_, beat) => 1 + beat / 2);
write(
  'beaten/a.mid',
  midi(beats.flatMap((time, at) => [note(64, time), ...(at % 4 === 0 ? [note(40, time, time + 2)] : [])])),
);
cpSync(join(folder, 'beaten/a.mid'), join(folder, 'beaten/b.mid'));
write('beaten/splits.csv', 'path,piece,split\na.mid,a,train\nb.mid,b,train\n');
write(
  'beats/beat_midi.tsv',
  `song\ttime_s\tdownbeat_hypothesis_1\tdownbeat_hypothesis_2\n${beats.map((time, at) => `a\t${time}\t1.0\t${at % 4 === 0 ? 1 : 0}.0\n`).join('')}`,
);
write('beats/chord_midi.tsv', 'song\tstart_s\tend_s\tchord\na\t1\t3\tC:maj\na\t3\t99\tA:min7/5\n');

for (const take of [1, 2]) {
  const { session, records } = jam('answer');
  session.command({ type: 'start' }, 0);
  for (let number = 0; number < 4; number++) {
    const pitches = Array.from({ length: 12 }, (_, index) => 50 + ((index * take + number) % 24));
    session.advance(phrase(session, 1 + 30 * number, pitches) + 8);
  }
  session.command({ type: 'stop' }, 200);
  const header = {
    ...{ type: 'take', version: 1, date: '2026-01-01T00:00:00.000Z', mode: 'answer', time: 0 },
    setup: { plugin: 'piano', model: 'piano-pop', engine: 'kernel', precision: 'int8', seed: 1 },
    ...{ pluginVersion: '1.0.0', modelHash: '0000000000000000' },
  };
  const lines = [header, ...records].map((line) => `${JSON.stringify(line)}\n`);
  write(`takes/${take}/take.jsonl`, lines.join(''));
}

/** All files of a folder, or one file, to the byte: 16 hex digits. */
function hashOf(path: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(path).sort()) hash.update(name).update(readFileSync(join(path, name)));
  return hash.digest('hex').slice(0, 16);
}

function continuo(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

const built = (...args: string[]) => {
  continuo('dataset', 'build', ...args, '--out', 'out');
  return hashOf(join(folder, 'out'));
};

it.each([
  [['etudes'], '835dd56e8a3ef56e'],
  [['etudes', '--codec', 'performance-388', '--held-out'], '9ec67c9bf1186119'],
  [['tunes'], '45594102298370f1'],
  [['tunes', '--codec', 'folk-plan-1'], '4d5a7c9ec32f22b8'],
  [['--from', 'midi'], '1940f670cb68d731'],
  [['--from', 'midi', '--codec', 'performance-packed-8', '--licence', 'ours'], 'b7ec4d75fc8fbeec'],
  [['--from', 'books'], 'ec12e492891a2e09'],
  [['--from', 'books', '--held-out'], '24610501fbb29c09'],
  [['--from', 'titles', '--codec', 'folk'], 'c53e0ab0994bcce5'],
  [['--from', 'poem.txt', '--codec', 'text'], '2bbaedecf048e385'],
  [['--from', 'beaten', '--codec', 'performance-beats', '--beats', 'beats'], 'd72ebfe196d0c84e'],
])('dataset build %j makes the same bytes as ever', (args, hash) => {
  expect(built(...args)).toBe(hash);
});

it.each([
  ['etudes', 'a8e718ab104f4be7'],
  ['tunes', '9f69772e4c832f92'],
  ['books', 'f68cfb1b9dcd4db7'],
])('dataset stats %s counts the same as ever', (name, hash) => {
  const counts = JSON.stringify(JSON.parse(continuo('dataset', 'stats', name, '--json')));
  expect(createHash('sha256').update(counts).digest('hex').slice(0, 16)).toBe(hash);
});

it('dataset novelty makes the same bytes as ever', () => {
  mkdirSync(join(folder, 'novelty'));
  continuo('dataset', 'novelty', '--from', join(root, 'datasets', 'tunes'), '--out', 'novelty/novelty.bin');
  expect(hashOf(join(folder, 'novelty'))).toBe('1e10ab8d6bbd9055');
});

const datasets = join(root, 'datasets');
it.each<[Omit<TrainOptions, 'out'>, string]>([
  [{ on: join(datasets, 'etudes') }, '47dc021ce2e9cbf2'],
  [{ on: join(datasets, 'tunes') }, '263cefbd7b41771b'],
  [{ on: join(datasets, 'tunes'), from: 'folk-session' }, '263cefbd7b41771b'],
  [{ on: join(folder, 'midi'), codec: 'performance-packed-8' }, '057bb0ba8ef29f8f'],
  [{ on: join(folder, 'midi/a.mid') }, '8852c4bd1ac5b91c'],
  [{ on: join(folder, 'books') }, '321c57c7ff37245d'],
  [{ on: join(folder, 'takes'), takes: true, from: 'scratch' }, '8eca3e4c43ca2b0f'],
])('train %o learns from the same tokens as ever', async (options, hash) => {
  const small = options.from === 'folk-session' ? {} : { units: 2, layers: 1, embedding: 2 };
  const { material } = await train(
    { ...options, ...small, out: join(folder, 'model'), replace: true },
    { signal: AbortSignal.abort() },
  );
  expect(materialHash(material)).toBe(hash);
});

it('scripts/corpus-list.mjs lists the members of a corpus in the parts that a data set has', () => {
  const listed = (place: string) => {
    const script = join(root, 'scripts', 'corpus-list.mjs');
    const { stdout, stderr } = spawnSync(process.execPath, [script, place], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const [header, ...rows] = stdout.trim().split('\n');
    expect(header).toBe('digest,path,piece,split');
    return rows.map((row) => row.split(','));
  };
  expect(listed(join(datasets, 'etudes')).filter(([, , , split]) => split === 'valid')).toHaveLength(4);
  write('families/a.abc', Array.from({ length: 40 }, (_, index) => titled(KESH, `Kesh ${index}`)).join('\n'));
  write('families/a.families.txt', Array.from({ length: 40 }, (_, index) => `${index}\n`).join(''));
  const parts = listed(join(folder, 'families')).map(([, , , split]) => split);
  const meta = JSON.parse(continuo('dataset', 'build', '--from', 'families', '--out', 'parts', '--json'));
  expect(meta.splits.valid.pieces).toBeGreaterThan(0);
  expect(parts.filter((split) => split === 'valid')).toHaveLength(meta.splits.valid.pieces);
});

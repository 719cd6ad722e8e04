import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { corpusRecord, fetchCorpus } from './fetch.js';
import { knownCorpora, type Manifest, manifestOf } from './manifest.js';
import { digestOf, parseMembers, tunesOfBook } from './members.js';
import { ranged, serve, type TestServer } from './testing/server.js';
import { zipOf } from './testing/zip.js';

const [ONE, TWO, THREE] = ['one', 'two', 'three'].map((name) => `X:1\nT:${name}\nK:G\nGABc|`) as [
  string,
  string,
  string,
];

let folder: string;
let server: TestServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-fetch-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

function manifest(
  kind: 'midi' | 'abc',
  url: string,
  rows: readonly string[],
  nonCommercial = false,
): Manifest {
  writeFileSync(join(folder, 'list.csv'), ['digest,path,piece,split', ...rows, ''].join('\n'));
  return {
    name: 'mine',
    kind,
    what: 'a test',
    sources: [{ url, archive: 'zip' }],
    members: 'list.csv',
    verified: 'all',
    licence: { name: 'CC BY-NC 4.0', asks: 'Ask.', nonCommercial },
    citation: 'Nobody.',
    split: 'by hand',
    pieces: rows.length,
    at: folder,
  };
}

const midiRows = [`${digestOf('1')},a/1.mid,one,train`, `${digestOf('2')},a/2.mid,two,valid`];
const to = () => join(folder, 'corpus');

it('takes the files that it knows by their content out of an archive, and no others', async () => {
  server = await serve(ranged(zipOf({ 'x/1.mid': '1', 'x/y/renamed.mid': '2', 'other.mid': '3' })));
  const mine = manifest('midi', `${server.url}/a.zip`, midiRows);
  const report = await fetchCorpus(mine, { to: to(), delay: 1 });
  expect(report).toMatchObject({ pieces: 2, verified: 2, missing: 0, already: false });
  expect(readdirSync(to(), { recursive: true }).sort()).toEqual(
    ['LICENSE', 'a', join('a', '1.mid'), join('a', '2.mid'), 'corpus.json', 'splits.csv'].sort(),
  );
  expect(readFileSync(join(to(), 'splits.csv'), 'utf8')).toBe(
    'path,piece,split\na/1.mid,one,train\na/2.mid,two,valid\n',
  );
  // Nothing is left beside it, and a second call asks nobody.
  expect(readdirSync(folder).sort()).toEqual(['corpus', 'list.csv']);
  expect(await fetchCorpus(mine, { to: to() })).toMatchObject({ already: true });
  expect(server.ranges).toHaveLength(1);
});

it('writes books of the tunes that it knows, in their order', async () => {
  const rows = [THREE, ONE].map((tune, n) => `${digestOf(tune)},book.abc,${n + 1},${n ? 'valid' : 'train'}`);
  const text = `% a book\n\n${ONE}\n%%%\n\n${TWO}  \r\n\r\n${THREE}\n`;
  server = await serve(ranged(zipOf({ 'old.abc': text })));
  await fetchCorpus(manifest('abc', `${server.url}/a.zip`, rows), { to: to() });
  expect(readFileSync(join(to(), 'book.abc'), 'utf8')).toBe(`${THREE}\n\n${ONE}\n`);
  expect(readFileSync(join(to(), 'book.splits.txt'), 'utf8')).toBe('train\nvalid\n');
});

it('reads tunes of old books in Latin-1', async () => {
  const tune = 'X:1\nT:Réel\nK:G\nGABc|';
  const from = join(folder, 'from');
  mkdirSync(from);
  writeFileSync(join(from, 'a.abc'), Buffer.from(tune, 'latin1'));
  const mine = manifest('abc', 'https://example.org/a.zip', [`${digestOf(tune)},b.abc,1,train`]);
  expect(await fetchCorpus(mine, { to: to(), from })).toMatchObject({ verified: 1 });
});

it('refuses what is not all there, unless it is told not to mind, and then notes it', async () => {
  server = await serve(ranged(zipOf({ 'x/1.mid': '1', 'x/a/2.mid': 'changed' })));
  const mine = manifest('midi', `${server.url}/a.zip`, [...midiRows, `${digestOf('9')},9.mid,nine,train`]);
  await expect(fetchCorpus(mine, { to: to() })).rejects.toMatchObject({
    code: 'CORPUS_CHECKSUM',
    message: expect.stringContaining('expected 3 files, of which 1'),
  });
  expect(existsSync(to())).toBe(false);
  const report = await fetchCorpus(mine, { to: to(), unverified: true });
  expect(report).toMatchObject({ pieces: 2, verified: 1, missing: 1 });
  expect(await corpusRecord(to())).toMatchObject({ verified: 1 });
  expect(readFileSync(join(to(), 'a', '2.mid'), 'utf8')).toBe('changed');
  // The archive of the first call was still there.
  expect(server.ranges).toHaveLength(1);
});

it('takes the same from a folder, unpacked or not', async () => {
  const from = join(folder, 'from');
  mkdirSync(join(from, 'deep'), { recursive: true });
  writeFileSync(join(from, 'deep', '2.mid'), '2');
  writeFileSync(join(from, 'rest.zip'), zipOf({ '1.mid': '1' }));
  const mine = manifest('midi', 'https://example.org/a.zip', midiRows);
  expect(await fetchCorpus(mine, { to: to(), from })).toMatchObject({ verified: 2 });
  await expect(
    fetchCorpus(mine, { to: join(folder, 'x'), from: join(folder, 'none') }),
  ).rejects.toMatchObject({
    code: 'FILE_READ',
  });
});

it('keeps nothing of an archive that leads out of its folder', async () => {
  server = await serve(ranged(zipOf({ '1.mid': '1', '../2.mid': '2' })));
  const fetching = fetchCorpus(manifest('midi', `${server.url}/a.zip`, midiRows), { to: to() });
  await expect(fetching).rejects.toMatchObject({ code: 'ARCHIVE_BROKEN' });
  expect(readdirSync(folder)).toEqual(['list.csv']);
});

it('asks before it takes what is not for commercial use', async () => {
  const mine = manifest('midi', 'https://example.org/a.zip', midiRows, true);
  await expect(fetchCorpus(mine, { to: to() })).rejects.toMatchObject({ code: 'CORPUS_LICENCE' });
  mkdirSync(join(folder, 'from'));
  for (const name of ['1', '2']) writeFileSync(join(folder, 'from', `${name}.mid`), name);
  expect(await fetchCorpus(mine, { to: to(), from: join(folder, 'from'), accept: true })).toMatchObject({
    verified: 2,
  });
});

it('replaces no folder that it did not make', async () => {
  mkdirSync(to());
  writeFileSync(join(to(), 'thesis.txt'), 'years');
  const fetching = fetchCorpus(manifest('midi', 'https://example.org/a.zip', midiRows), { to: to() });
  await expect(fetching).rejects.toMatchObject({ code: 'FILE_WRITE' });
  expect(readFileSync(join(to(), 'thesis.txt'), 'utf8')).toBe('years');
});

it.each(['x,a.mid,1,train', `${digestOf('1')},../a.mid,1,train`, `${digestOf('1')},a.mid,1,test`])(
  'refuses a list with the line %s',
  (row) => {
    expect(() => parseMembers(`digest,path,piece,split\n${row}\n`, 'list.csv')).toThrow('list.csv, line 2');
  },
);

it('knows manifests that hold together with their lists', async () => {
  for (const known of await knownCorpora()) {
    if (known.members === undefined) continue;
    const members = parseMembers(readFileSync(join(known.at, known.members), 'utf8'), known.members);
    expect(members).toHaveLength(known.pieces);
    // A piece is on one side; of tunes the split is the list's alone.
    if (known.kind === 'abc') continue;
    const sides = new Map<string, Set<string>>();
    for (const { piece, split } of members) sides.set(piece, (sides.get(piece) ?? new Set()).add(split));
    expect([...sides.values()].every(({ size }) => size === 1)).toBe(true);
  }
});

it('says what there is where a name is wrong, and what is wrong in a manifest', async () => {
  await expect(manifestOf('fork')).rejects.toMatchObject({
    code: 'CORPUS_UNKNOWN',
    hint: expect.stringContaining('folk'),
  });
  const path = join(folder, 'my.json');
  writeFileSync(
    path,
    JSON.stringify({ ...manifest('midi', 'http://example.org/a.zip', midiRows), at: undefined }),
  );
  await expect(manifestOf(path)).rejects.toMatchObject({
    code: 'FILE_READ',
    message: expect.stringContaining('sources.0.url: an https address'),
  });
});

it('takes no blanks, empty lines or lines of percent signs for a part of a tune', () => {
  expect(tunesOfBook('preface\nX:1 \r\nK:C\r\n\r\nCDE|\n%%%\n\nX:2\nK:G\nG|')).toEqual([
    'X:1\nK:C\nCDE|',
    'X:2\nK:G\nG|',
  ]);
});

it.runIf(process.platform !== 'win32')('waits for no file of a corpus that is a pipe', async () => {
  const pipe = (path: string) => execFileSync('mkfifo', [path]);
  const odd = join(folder, 'odd');
  mkdirSync(odd);
  pipe(join(odd, 'corpus.json'));
  expect(await corpusRecord(odd)).toBeNull();
  pipe(join(odd, 'mine.json'));
  await expect(manifestOf(join(odd, 'mine.json'))).rejects.toMatchObject({ code: 'FILE_READ' });
  const given = join(folder, 'given');
  for (const name of ['1.mid', 'corpus.zip']) {
    mkdirSync(given);
    pipe(join(given, name));
    const fetching = fetchCorpus(manifest('midi', 'https://example.org/corpus.zip', midiRows), {
      to: to(),
      from: given,
    });
    await expect(fetching).rejects.toMatchObject({
      code: 'FILE_READ',
      message: expect.stringContaining('is a pipe'),
    });
    rmSync(given, { recursive: true });
  }
});

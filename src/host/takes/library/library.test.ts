import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAbout, writeAbout } from './about.js';
import { TakeLibrary, TRASH_DAYS } from './library.js';

const HEADER = {
  ...{ type: 'take', version: 4, date: '2026-01-01T00:00:00.000Z', pluginVersion: '1.0.0' },
  setup: { plugin: 'piano', model: 'piano-pop', engine: 'kernel', precision: 'int8', seed: 1 },
  ...{ modelHash: '0123456789abcdef', mode: 'answer', time: 0 },
};
const NOTE = { type: 'input', time: 2, event: { type: 'noteOn', time: 2, pitch: 60, velocity: 80 } };
const OFF = { type: 'input', time: 3, event: { type: 'noteOff', time: 3, pitch: 60 } };
const END = { type: 'end', time: 9 };
const FIRST = '2026-01-01T10-00-00-000Z';
const SECOND = '2026-01-02T10-00-00-000Z';
const THIRD = '2026-02-01T10-00-00-000Z';

let folder: string;
let library: TakeLibrary;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-library-'));
  library = new TakeLibrary(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

function take(id: string, lines: readonly unknown[] = [HEADER, NOTE, OFF, END]): string {
  const path = join(folder, id);
  mkdirSync(path);
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(join(path, 'take.jsonl'), `${texts.join('\n')}\n`);
  return path;
}

const ids = async (deleted = false) => (await library.list({ deleted })).map(({ id }) => id);
const finding = (reference: string) => () => library.find(reference);

describe('TakeLibrary', () => {
  it('lists every take, a damaged one with its damage, and hides none', async () => {
    take(FIRST);
    take(SECOND, [HEADER, NOTE, '{"type":"nonsense"}', END]);
    mkdirSync(join(folder, THIRD));
    mkdirSync(join(folder, 'not a take'));
    writeFileSync(join(folder, 'a file'), '');
    const takes = await library.list();
    expect(takes).toMatchObject([
      { id: THIRD, damage: { code: 'FILE_READ' }, notes: { player: 0 } },
      {
        ...{ id: SECOND, plugin: 'piano', notes: { player: 1, model: 0 }, cutOff: true },
        damage: { code: 'TAKE_BROKEN', message: expect.stringContaining('line 3') },
      },
      { id: FIRST, damage: null, cutOff: false, length: 1, model: 'piano-pop', writing: false },
    ]);
  });

  it('sums up a take again when its log has changed', async () => {
    const path = take(FIRST, [HEADER, NOTE]);
    expect(await library.list()).toMatchObject([{ notes: { player: 1 }, cutOff: true }]);
    expect(existsSync(join(path, 'summary.json'))).toBe(true);
    rmSync(path, { recursive: true });
    take(FIRST, [HEADER, NOTE, OFF, { ...NOTE, time: 4, event: { ...NOTE.event, time: 4 } }, END]);
    expect(await library.list()).toMatchObject([{ notes: { player: 2 }, cutOff: false }]);
  });

  it('finds a take by id, name, the beginning of one of them, path, or as the last', async () => {
    const [first, second] = [take(FIRST), take(SECOND)];
    await library.rename(first, '  Tuesday   jam ');
    for (const reference of [FIRST, '2026-01-01', 'Tuesday jam', 'tuesday JAM', 'tue', first])
      expect(library.find(reference)).toBe(first);
    expect(library.find('last')).toBe(second);
    expect(library.find(join(second, 'take.jsonl'))).toBe(second);
    expect(finding('2026-01')).toThrow(expect.objectContaining({ code: 'TAKE_AMBIGUOUS' }));
    expect(finding('reels')).toThrow(
      expect.objectContaining({ code: 'TAKE_UNKNOWN', hint: expect.stringContaining('"Tuesday jam"') }),
    );
    // A whole id is meant before what merely begins with it.
    const longer = take(`${FIRST}-2`);
    expect([library.find(FIRST), library.find(`${FIRST}-2`)]).toEqual([first, longer]);
  });

  it.each(['', '   ', 'x'.repeat(81), 'bell\u0007', 'turned\u202e'])('refuses the name %j', async (name) => {
    const path = take(FIRST);
    await expect(library.rename(path, name)).rejects.toMatchObject({ code: 'TAKE_NAME' });
    expect(readAbout(path)).toEqual({});
  });

  it('deletes into the trash and restores, with name and log as they were', async () => {
    const path = take(FIRST);
    await library.rename(path, 'Reels');
    await library.remove(path);
    expect([await ids(), await ids(true)]).toEqual([[], [FIRST]]);
    expect(finding('Reels')).toThrow(
      expect.objectContaining({ code: 'TAKE_UNKNOWN', hint: expect.stringContaining('restore') }),
    );
    expect(await library.restore(library.find('Reels', { deleted: true }))).toBe(path);
    expect(await library.list()).toMatchObject([{ id: FIRST, name: 'Reels', deleted: null, damage: null }]);
    expect(() => library.lastDeleted()).toThrow(expect.objectContaining({ code: 'TAKE_UNKNOWN' }));
  });

  it('loses none of two takes of one id', async () => {
    await library.remove(take(FIRST));
    await library.remove(take(FIRST));
    take(FIRST);
    for (let count = 0; count < 2; count++) await library.restore(library.lastDeleted());
    expect(readdirSync(folder).filter((name) => name.startsWith('2026'))).toHaveLength(3);
  });

  it(`empties the trash of what was deleted ${TRASH_DAYS} days ago, and of nothing else`, async () => {
    const old = await library.remove(take(FIRST));
    await library.remove(take(SECOND));
    await writeAbout(old, { deleted: new Date(Date.now() - (TRASH_DAYS + 1) * 86_400_000).toISOString() });
    expect(library.emptyOld()).toBe(1);
    expect(await ids(true)).toEqual([SECOND]);
  });

  it('deletes no take that a running program writes; one that was killed is none', async () => {
    const path = take(FIRST, [HEADER, NOTE]);
    const mark = (id: number) =>
      writeFileSync(join(path, 'writing.json'), JSON.stringify({ process: id, computer: hostname() }));
    mark(process.pid);
    expect(await library.list()).toMatchObject([{ writing: true }]);
    await expect(library.remove(path)).rejects.toMatchObject({ code: 'TAKE_BUSY' });
    expect(() => library.removeForGood(path)).toThrow(expect.objectContaining({ code: 'TAKE_BUSY' }));
    // A name does not move the folder.
    expect(basename(library.find(FIRST))).toBe(FIRST);
    await library.rename(path, 'Now');
    expect(await library.list()).toMatchObject([{ writing: true, name: 'Now' }]);
    mark(2 ** 22 + 1); // more than Linux counts to
    expect(await library.list()).toMatchObject([{ writing: false, cutOff: true }]);
    await library.remove(path);
    expect(await ids()).toEqual([]);
  });
});

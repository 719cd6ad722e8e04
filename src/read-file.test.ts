import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isAbsent, readBeginning, readRegularFile } from './read-file.js';

const folder = mkdtempSync(join(tmpdir(), 'continuo-read-'));
const at = (name: string) => join(folder, name);
writeFileSync(at('text'), 'twelve bytes');
mkdirSync(at('folder'));
symlinkSync(at('text'), at('link'));
symlinkSync(at('nothing'), at('dangling'));
symlinkSync(at('loop'), at('loop'));
// A sparse file of three gigabytes, which takes no room on the disk.
writeFileSync(at('huge'), '');
truncateSync(at('huge'), 3 * 2 ** 30);
afterAll(() => rmSync(folder, { recursive: true }));

const oddities: readonly (readonly [string, RegExp])[] = [
  [at('folder'), /is a folder, where a file is expected/],
  [at('dangling'), /is a link that leads nowhere/],
  [at('loop'), /cannot be read \(ELOOP\)/],
  [join(at('text'), 'inside'), /cannot be there: its folder is a file/],
];
const unix = process.platform !== 'win32';
if (unix) execFileSync('mkfifo', [at('pipe')]);
const unixOddities: typeof oddities = unix
  ? [
      [at('pipe'), /is a pipe, where a file is expected/],
      ['/dev/zero', /is a device, where a file is expected/],
    ]
  : [];

describe('readRegularFile', () => {
  it('reads a file, or the file that a link leads to, of at most so many bytes', async () => {
    expect(String(await readRegularFile(at('text'), 12))).toBe('twelve bytes');
    expect(String(await readRegularFile(at('link'), 100))).toBe('twelve bytes');
    await expect(readRegularFile(at('text'), 11)).rejects.toMatchObject({
      code: 'FILE_READ',
      message: expect.stringMatching(/12 bytes or more, where 11 bytes is the most/),
    });
  });

  it('does not begin to read what is too large', async () => {
    const before = process.memoryUsage().rss;
    await expect(readRegularFile(at('huge'), 16 * 2 ** 20)).rejects.toMatchObject({ code: 'FILE_READ' });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
  });

  it.each([...oddities, ...unixOddities])('says what %s is', async (path, message) => {
    const error = await readRegularFile(path, 1000).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'FILE_READ', message: expect.stringMatching(message) });
    expect(isAbsent(error)).toBe(false);
  });

  it('tells what is not there from what cannot be read', async () => {
    expect(isAbsent(await readRegularFile(at('nothing'), 1).catch((error: unknown) => error))).toBe(true);
  });

  it.runIf(process.platform === 'linux')('believes no size: /proc says 0 of every file', async () => {
    expect(String(await readRegularFile('/proc/self/status', 100_000))).toContain('VmRSS');
    await expect(readRegularFile('/proc/self/status', 10)).rejects.toMatchObject({ code: 'FILE_READ' });
  });
});

describe('readBeginning', () => {
  it('reads no further than asked, and says whether that is all', () => {
    expect(readBeginning(at('text'), 6)).toEqual({ bytes: Buffer.from('twelve'), all: false });
    expect(readBeginning(at('text'), 12)).toEqual({ bytes: Buffer.from('twelve bytes'), all: true });
    expect(readBeginning(at('huge'), 10)).toEqual({ bytes: Buffer.alloc(10), all: false });
  });

  it.each([...oddities, ...unixOddities])('says what %s is', (path, message) => {
    expect(() => readBeginning(path, 1000)).toThrow(message);
  });
});

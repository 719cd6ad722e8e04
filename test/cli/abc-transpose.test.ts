import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-transpose-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TUNE = 'X:1\r\nT:Où\r\nM:4/4\r\nL:1/8\r\nK:G % the key\r\n"G"GABc {d}e4|\r\nw:la la\r\n';

function transpose(bytes: Buffer, ...args: string[]) {
  const [from, to] = [join(folder, 'in.abc'), join(folder, 'out.abc')];
  writeFileSync(from, bytes);
  const done = spawnSync(process.execPath, [main, 'abc', 'transpose', from, '--out', to, ...args], {
    encoding: 'utf8',
  });
  return { ...done, bytes: done.status === 2 ? undefined : readFileSync(to) };
}

const moved = (to: string) => TUNE.replace('K:G', `K:${to}`);

it.each([
  ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
  ['Latin 1', (text: string) => Buffer.from(text, 'latin1')],
  ['UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
])('gives back bytes in %s', (_, encoded) => {
  const wanted = moved('A').replace('"G"GABc {d}e4', '"A"ABcd {e}f4');
  expect(transpose(encoded(TUNE), '--to', 'A').bytes).toEqual(encoded(wanted));
  expect(transpose(encoded(wanted), '--to', '-2').bytes).toEqual(encoded(TUNE));
});

it.each([
  [['--to', '+2'], 'K:A ', 'ABcd'],
  [['--to', '-12'], 'K:G ', 'G,A,B,C'],
  [['--for', 'Bb'], 'K:A ', 'ABcd'],
  [['--for', 'Eb'], 'K:E ', 'EFGA'],
  [['--for', 'alto sax'], 'K:E ', 'efga'],
  [['--to', 'G', '--octave', '1'], 'K:G ', "gabc'"],
])('takes %j', (args, key, notes) => {
  const text = transpose(Buffer.from(TUNE), ...args).bytes!.toString();
  expect(text).toContain(key);
  expect(text).toContain(`"${notes} `);
});

it.each([
  [['--to', 'H'], /--to takes a tonic/],
  [['--for', 'kazoo'], /--for takes an instrument/],
  [[], /needs --to or --f/],
  [['--to', 'G', '--for', 'Bb'], /not both/],
])('refuses %j', (args, message) => {
  const { status, stderr } = transpose(Buffer.from(TUNE), ...args);
  expect(status).toBeGreaterThan(0);
  expect(stderr).toMatch(message);
});

it('leaves a tune as it is that cannot be read, and says so', () => {
  const bad = 'X:2\nK:C\nC?\n';
  const { status, stderr, bytes } = transpose(Buffer.from(`${TUNE}\n${bad}`), '--to', 'A');
  expect(status).toBe(1);
  expect(stderr).toMatch(/:11:2: X:2 is left as it is/);
  expect(bytes!.toString()).toContain(bad);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const HOSTS = 4;
const NAMES = 50;

/** Waits for the word to go, then makes folders of the same names as all the others. */
const MAKER = `
import { makeNewFolder } from ${JSON.stringify(new URL('../../dist/make-folder.js', import.meta.url).href)};
process.stdin.once('data', () => {
  const made = [];
  for (let name = 0; name < ${NAMES}; name++) made.push(makeNewFolder(process.argv[1], String(name)));
  process.stdout.write(JSON.stringify(made));
  process.stdin.destroy();
});
process.stdout.write('\\n');
`;

it('hosts that begin in one millisecond have a folder each', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'continuo-race-'));
  const hosts = Array.from({ length: HOSTS }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', MAKER, parent], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return { child, ready: once(child.stdout, 'data') };
  });
  await Promise.all(hosts.map(({ ready }) => ready));
  const made = hosts.map(async ({ child }) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
    });
    child.stdin.write('go\n');
    await once(child, 'close');
    return JSON.parse(text) as string[];
  });
  const folders = (await Promise.all(made)).flat();
  expect(new Set(folders).size).toBe(HOSTS * NAMES);
  expect(readdirSync(parent).length).toBe(HOSTS * NAMES);
  rmSync(parent, { recursive: true });
});

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { faults } from '../../src/evaluation/folk/trial/faults.js';
import { readAbc } from '../../src/music/abc/index.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-stop-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'generate folk ends at %s with the tunes made so far, each whole',
  async (signal, code) => {
    const out = join(folder, `${signal}.abc`);
    // Standard output has the bars as they come: the signal is sent when a tune is there.
    const child = spawn(process.execPath, [
      main,
      'generate',
      'folk',
      '--count',
      '100000',
      '--best-of',
      '2',
      '--seed',
      '1',
      '--stream',
    ]);
    const filed = spawn(process.execPath, [
      main,
      'generate',
      'folk',
      '--count',
      '100000',
      '--best-of',
      '2',
      '--seed',
      '1',
      '--out',
      out,
    ]);
    const ended = [child, filed].map(
      (process) => new Promise<number | null>((resolve) => process.on('close', (status) => resolve(status))),
    );
    let [printed, said, filedSaid] = ['', '', ''];
    child.stderr.on('data', (text) => (said += text));
    filed.stderr.on('data', (text) => (filedSaid += text));
    child.stdout.on('data', (text) => {
      printed += text;
      // A second signal would end it at once.
      if (child.killed || !printed.includes('\nX:3\n')) return;
      child.kill(signal);
      filed.kill(signal);
    });
    expect(await Promise.all(ended)).toEqual([code, code]);
    const made = Number(/Stopped: (\d+) of 100000 tunes, each whole/.exec(said)?.[1]);
    const tunes = readAbc(printed).map(({ tune }) => tune!);
    expect(tunes).toHaveLength(made);
    for (const tune of tunes) expect(faults(tune, 'AABB', 8)).toEqual([]);
    const inFile = Number(/Stopped: (\d+) of 100000 tunes, each whole/.exec(filedSaid)?.[1]);
    expect(readAbc(readFileSync(out, 'utf8'))).toHaveLength(inFile);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  },
  60_000,
);

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inTemporaryFolder } from '../../../whole-folder.js';

/** Tunes a run: it reports by line, and where it dies the tunes of its run are asked about one by one. */
const TUNES_A_RUN = 50;
const PATIENCE_MS = 30_000;
/** What it complains of: errors and warnings, among them bars that are too long or too short. */
const COMPLAINT = /^(?:Error|Warning)|time units/;

/** What `abc2midi -ver` says, or null where there is none on the path. */
export async function abc2midiVersion(): Promise<string | null> {
  const { stdout, missing } = await run(['-ver']);
  return missing ? null : stdout.trim();
}

/**
 * What abc2midi complains of, tune by tune: (tune). It checks only (`-c`), and runs without a shell in a folder of its own.
 * Throws what the file system throws.
 */
export async function abc2midiComplaints(
  tunes: readonly string[],
  progress?: (share: number) => Promise<void>,
): Promise<string[][]> {
  return inTemporaryFolder('tunes', async (folder) => {
    const complaints: string[][] = [];
    for (let at = 0; at < tunes.length; at += TUNES_A_RUN) {
      complaints.push(...(await complain(join(folder, 'tunes.abc'), tunes.slice(at, at + TUNES_A_RUN))));
      await progress?.(complaints.length / tunes.length);
    }
    return complaints;
  });
}

async function complain(file: string, tunes: readonly string[]): Promise<string[][]> {
  // The line that each tune begins on; a blank line parts it from the one before.
  const starts: number[] = [];
  let lines = 1;
  for (const abc of tunes) {
    starts.push(lines);
    lines += abc.trimEnd().split('\n').length + 1;
  }
  await writeFile(file, tunes.map((abc) => `${abc.trimEnd()}\n`).join('\n'));
  const { stdout, died } = await run([file, '-c']);
  if (died !== null && tunes.length > 1) {
    const each: string[][] = [];
    for (const tune of tunes) each.push(...(await complain(file, [tune])));
    return each;
  }
  const complaints: string[][] = tunes.map(() => []);
  if (died !== null) complaints[0]!.push(`abc2midi ended by ${died}`);
  let last = 0;
  for (const line of stdout.split('\n')) {
    if (!COMPLAINT.test(line)) continue;
    const at = Number(/line-char (\d+)-/.exec(line)?.[1] ?? Number.NaN);
    // What names no line belongs to what was said before it.
    if (!Number.isNaN(at))
      last = Math.max(
        0,
        starts.findLastIndex((start) => start <= at),
      );
    complaints[last]!.push(line);
  }
  return complaints;
}

/** Its words and how it ended; its exit status says nothing. */
function run(args: readonly string[]): Promise<{ stdout: string; missing: boolean; died: string | null }> {
  return new Promise((resolve) => {
    execFile(
      'abc2midi',
      args,
      { timeout: PATIENCE_MS, maxBuffer: 2 ** 27, encoding: 'latin1', windowsHide: true },
      (error, stdout, stderr) =>
        resolve({
          stdout: `${stdout}\n${stderr}`,
          missing: error?.code === 'ENOENT',
          died: error?.signal ?? null,
        }),
    );
  });
}

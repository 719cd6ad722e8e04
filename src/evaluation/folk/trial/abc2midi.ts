import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inTemporaryFolder } from '../../../whole-folder.js';

/** Tunes per run: abc2midi reports by line, and if it crashes, the tunes of the run are checked one by one. */
const TUNES_A_RUN = 50;
const PATIENCE_MS = 30_000;
/** Matches errors and warnings, including bars that are too long or too short. */
const COMPLAINT = /^(?:Error|Warning)|time units/;

/** The output of `abc2midi -ver`; null if it is not on the path. */
export async function abc2midiVersion(): Promise<string | null> {
  const { stdout, missing } = await run(['-ver']);
  return missing ? null : stdout.trim();
}

/**
 * The complaints of abc2midi about each tune: (tune). Runs it in check mode (`-c`), without a shell and in a folder of its own.
 * Throws file system errors.
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
  // The first line of each tune; a blank line separates it from the one before.
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
    // Output without a line number belongs to the complaint before it.
    if (!Number.isNaN(at))
      last = Math.max(
        0,
        starts.findLastIndex((start) => start <= at),
      );
    complaints[last]!.push(line);
  }
  return complaints;
}

/** The output of abc2midi and how it ended; its exit status is meaningless. */
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

import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownMark, programMark, runsStill } from '../../program-mark.js';

/** Marks a take that is being written. The file names the process, since one that is killed cannot remove it. */
const FILE = 'writing.json';

export function markWriting(folder: string): void {
  try {
    writeFileSync(join(folder, FILE), JSON.stringify(ownMark()));
  } catch {
    // A full disk: the take matters more than its mark.
  }
}

export function unmarkWriting(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/** Whether a program that runs now writes a take. On another computer it counts as running. */
export function isBeingWritten(folder: string): boolean {
  const path = join(folder, FILE);
  try {
    const mark = programMark.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return mark.success && runsStill(mark.data, statSync(path).mtimeMs);
  } catch {
    return false;
  }
}

import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';

/** Marks a take that is being written. The file names the process, since one that is killed cannot remove it. */
const FILE = 'writing.json';
/** The clock of the file system and that of the system may differ by a little. */
const SLACK_MS = 10_000;

export function markWriting(folder: string): void {
  try {
    writeFileSync(join(folder, FILE), JSON.stringify({ process: process.pid, computer: hostname() }));
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
    const { process: id, computer } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    if (computer !== hostname()) return true;
    // Since the computer was started, other programs have the numbers.
    if (statSync(path).mtimeMs < Date.now() - uptime() * 1000 - SLACK_MS) return false;
    return typeof id === 'number' && runs(id);
  } catch {
    return false;
  }
}

function runs(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // Another user's process.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// One build at a time in a folder.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A lock without a process id is being made; after this long it counts as abandoned. */
const MAKING_MS = 5000;

/**
 * Waits until no other build holds the folder `lock`, then holds it until this process ends. Calls `waits` once if it has to wait.
 */
export function takeLock(lock, waits) {
  for (let told = false; !taken(lock); told = true) {
    if (!told) waits();
    if (isLeft(lock)) rmSync(lock, { recursive: true, force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  process.on('exit', () => rmSync(lock, { recursive: true, force: true }));
  // Without handlers, a signal would end the process without running its exit handlers.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])
    process.on(signal, () => process.exit(code));
}

function taken(lock) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  return true;
}

/** Whether the process that took the lock is no more. */
function isLeft(lock) {
  try {
    const pid = Number(readFileSync(join(lock, 'pid'), 'utf8'));
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs > MAKING_MS;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    if (error.code !== 'ENOENT') return false;
    try {
      return Date.now() - statSync(lock).mtimeMs > MAKING_MS;
    } catch {
      return false;
    }
  }
}

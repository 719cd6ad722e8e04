import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultyHost } from './host.js';

/** A disk for a host's takes that can be made full. */
export interface FullDisk {
  /** Fills the disk. */
  fill(): void;
  /** Makes room again. */
  clear(): void;
  /** Removes the disk and everything on it. */
  remove(): void;
}

const SMALL = 256 * 1024;

/** A small file system of our own, where one may be mounted; elsewhere a limit on the size of the host's files. */
export function fullDisk(host: FaultyHost): FullDisk {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL}`, 'none', host.takes]);
  if (status !== 0) return limited(host);
  const ballast = join(host.takes, 'ballast');
  return {
    fill: () => writeFileSync(ballast, new Uint8Array(SMALL)),
    clear: () => rmSync(ballast),
    remove: () => spawnSync('umount', ['-l', host.takes]),
  };
}

function limited(host: FaultyHost): FullDisk {
  const limit = (size: 0 | 'unlimited') =>
    spawnSync('prlimit', ['--pid', String(host.child.pid), `--fsize=${size}:unlimited`]);
  return { fill: () => limit(0), clear: () => limit('unlimited'), remove: () => {} };
}

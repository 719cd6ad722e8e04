import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('a session that the system gives hardly any time to is not taken to hang, whatever other threads compute', ({
  skip,
}) => {
  if (!existsSync('/usr/bin/taskset')) skip('taskset binds a process to one processor');
  const script = fileURLToPath(new URL('starved.mjs', import.meta.url));
  const { stdout, stderr } = spawnSync('/usr/bin/taskset', ['-c', '0', process.execPath, script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const { longest, hangs, busy, beats } = JSON.parse(stdout);
  console.log(
    `longest time without a sign: ${longest.toFixed(2)} s, while the process computed for ${(100 * busy).toFixed(0)} % of the time`,
  );
  // It lives, and is silent for longer than one that hangs may be.
  expect(beats).toBeGreaterThan(0);
  expect(longest).toBeGreaterThan(0.6);
  expect(hangs).toBe(0);
}, 120_000);

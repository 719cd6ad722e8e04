import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';

const script = fileURLToPath(new URL('../../scripts/kill-hosts.mjs', import.meta.url));

async function killed(...args: readonly string[]) {
  const all = [script, '--sessions', '4', '--seed', '5', '--json', ...args];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, all).catch((error) => error);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describeWith('redis-server', 'three hosts of a cluster, whose sessions are played', () => {
  it('lose no session and no token when one is killed; each take replays, and no two tell notes of a session', async () => {
    const { takenOver, troubles, detail, handOvers, seconds } = await killed('--kills', '2');
    expect({ troubles, detail }).toEqual({ troubles: 0, detail: [] });
    expect(handOvers).toBe(takenOver);
    // The figure proper is that of fifty kills.
    expect(seconds.p50).toBeLessThan(15);
  }, 300_000);

  it('have one owner of each session though a process stands still and comes back', async () => {
    const { troubles, detail, notes } = await killed('--kills', '3', '--stop');
    expect({ troubles, detail }).toEqual({ troubles: 0, detail: [] });
    expect(notes).toBeGreaterThan(0);
  }, 300_000);
});

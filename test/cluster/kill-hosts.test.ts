import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { describeWith } from '../requires.js';

const script = fileURLToPath(new URL('../../scripts/kill-hosts.mjs', import.meta.url));
const drains = fileURLToPath(new URL('../../scripts/drain-hosts.mjs', import.meta.url));

const killed = (...args: readonly string[]) => ran(script, '--seed', '5', ...args);

async function ran(program: string, ...args: readonly string[]) {
  const all = [program, '--sessions', '4', '--json', ...args];
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

  it('go on when their host ends in order, and while the broker is gone, which is told of all when it comes back empty', async () => {
    const { troubles, detail, handOvers } = await ran(drains);
    expect({ troubles, detail }).toEqual({ troubles: 0, detail: [] });
    expect(handOvers).toBeGreaterThan(0);
  }, 300_000);
});

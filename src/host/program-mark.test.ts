import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isGone, ownPlace, type ProgramPlace } from './program-mark.js';

const own: ProgramPlace = { process: process.pid, began: 'boot1 100', space: 'pid:[1]', machine: 'm1 host' };

describe('a program', () => {
  it('is gone where its computer was started again, as far as it is certain which computer it is', () => {
    const before = { ...own, began: 'boot0 100' };
    expect(isGone(before, own)).toBe(true);
    expect(isGone({ ...before, machine: 'm2 host' }, own)).toBe(false);
    const { machine: _, ...inContainer } = before;
    const { machine: __, ...ownInContainer } = own;
    expect(isGone(inContainer, ownInContainer)).toBe(false);
    expect(isGone(inContainer, own)).toBe(false);
  });

  it('of another container is not known to be gone, whatever its number', () => {
    expect(isGone({ ...own, process: 4_000_000, space: 'pid:[2]' }, own)).toBe(false);
  });

  it('is not known to be gone where the system does not say what this program is', () => {
    expect(isGone({ ...own, process: 4_000_000 }, undefined)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('runs as long as it runs, and is gone then', async () => {
    const here = ownPlace()!;
    expect(isGone(here, here)).toBe(false);
    // Another one has its number by now.
    expect(isGone({ ...here, began: `${here.began}0` }, here)).toBe(true);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const place = { ...here, process: child.pid! };
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(isGone(place, here)).toBe(true);
  });
});

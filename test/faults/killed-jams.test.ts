import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/kill-jams.mjs', import.meta.url));

it('a host of three sessions, killed twice amid their jam, leaves takes that open, replay and export', async () => {
  const args = [script, '--kills', '2', '--sessions', '3', '--seed', '5', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error) => error);
  const { takes, troubles, lost, detail } = JSON.parse(stdout);
  expect({ takes, troubles, detail }).toEqual({ takes: 6, troubles: 0, detail: [] });
  // What was told just before the end may have been on its way; the figure proper is that of two hundred kills.
  expect(lost.p50).toBeLessThan(1);
}, 300_000);

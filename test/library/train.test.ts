import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type TrainOptions, train } from '../../dist/training/run/index.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const etudes = fileURLToPath(new URL('../../datasets/etudes', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-train-library-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options: Omit<TrainOptions, 'out'> = {
  ...{ on: etudes, codec: 'performance-packed-8', units: 6, layers: 1, embedding: 4 },
  settings: { batch: 4, window: 32, epochs: 1, patience: 0, seed: 3 },
};

describe('train, as a library call', () => {
  it('makes the weights that continuo train makes, and tells how it goes', async () => {
    const byProgram = join(folder, 'program');
    const small = ['--units', '6', '--layers', '1', '--embedding', '4', '--batch', '4', '--window', '32'];
    const how = ['--epochs', '1', '--patience', '0', '--seed', '3', '--codec', 'performance-packed-8'];
    const { status, stderr } = spawnSync(
      process.execPath,
      [main, 'train', '--on', etudes, '--out', byProgram, ...small, ...how],
      { encoding: 'utf8' },
    );
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });

    const out = join(folder, 'library');
    const shares: number[] = [];
    const points: number[] = [];
    const facts = await train(
      { ...options, out },
      {
        progress: ({ share }) => shares.push(share),
        measured: ({ natsPerToken }) => points.push(natsPerToken),
      },
    );
    expect(readFileSync(join(out, 'weights.bin'))).toEqual(readFileSync(join(byProgram, 'weights.bin')));
    expect(facts.result.ended).toBe('epochs');
    expect(facts.written).toBeLessThan(points[0]!);
    expect(shares.at(-1)).toBeCloseTo(1, 1);
    expect(shares).toEqual([...shares].sort((one, other) => one - other));
  }, 120_000);

  it('is ended by its signal with a model in its folder, and goes on to the same end', async () => {
    const out = join(folder, 'stopped');
    const stop = new AbortController();
    const stopped = await train(
      { ...options, out },
      { signal: stop.signal, progress: ({ updates }) => updates === 3 && stop.abort() },
    );
    expect(stopped.result.ended).toBe('stopped');
    expect(existsSync(join(out, 'model.json'))).toBe(true);
    await train({ ...options, out });
    expect(readFileSync(join(out, 'weights.bin'))).toEqual(readFileSync(join(folder, 'library/weights.bin')));
  }, 120_000);

  it.each([
    [{ on: join(folder, 'nowhere') }, 'FILE_READ'],
    [{ on: undefined }, 'OPTION_VALUE'],
    [{ from: 'piano-pop', codec: undefined }, 'OPTION_VALUE'],
    [{ codec: 'performance-0' }, 'CODEC_UNKNOWN'],
    [{ out: join(main, 'model') }, 'FILE_WRITE'],
  ])('%o is a %s', async (wrong, code) => {
    const asked = { ...options, out: join(folder, 'wrong'), ...wrong };
    await expect(train(asked)).rejects.toMatchObject({ code });
  });
});

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readModel } from '../../host/models/read-model.js';
import { compareCells } from './compare-cells.js';
import { cellsPage } from './page.js';
import { parseCells, parseInit, parseLayers } from './plan.js';
import { cellsText } from './words.js';

const folder = mkdtempSync(join(tmpdir(), 'continuo-cells-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = {
  cells: ['rnn', 'lstm'],
  layers: [1, 2],
  ...{ units: 6, steps: 10, probeSteps: 4, longestWait: 4, lags: 8, rate: 0.01, sample: 20, seed: 5 },
} as const;

it('trains each network, measures it, and goes on from what is there', { timeout: 60_000 }, async () => {
  const out = join(folder, 'models');
  const shares: number[] = [];
  const whole = await compareCells(small, { progress: (share) => shares.push(share) });
  expect(whole.networks.map(({ name }) => name)).toEqual(['rnn-1', 'rnn-2', 'lstm-1', 'lstm-2']);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeCloseTo(1, 6);
  for (const {
    curve,
    natsPerToken,
    steps,
    gradientNorms,
    after,
    before,
    probe,
    explosion,
    layers,
    sample,
  } of whole.networks) {
    expect(steps).toBe(10);
    expect(gradientNorms).toHaveLength(10);
    expect(curve.length).toBeGreaterThan(2);
    expect(natsPerToken).toBe(Math.min(...curve.map((point) => point.natsPerToken)));
    for (const { gradients, eigenvalues } of [before, after]) {
      expect(gradients.state).toHaveLength(8);
      expect(Math.min(...gradients.state)).toBeGreaterThan(0);
      expect(eigenvalues).toHaveLength(layers);
    }
    expect(before.eigenvalues).not.toEqual(after.eigenvalues);
    expect(explosion === null).toBe(layers > 1);
    if (explosion) expect([explosion.state.length, explosion.gradientNorms.length]).toEqual([8, 10]);
    expect(probe!.updates).toBe(4);
    expect(probe!.byWait.map(({ wait }) => wait)).toEqual([1, 2, 3, 4]);
    expect(sample.kind).toBe('text');
  }

  // Stopped within the third network: two stay, and nothing of the third.
  const stop = new AbortController();
  const asked = compareCells(
    { ...small, out },
    { signal: stop.signal, progress: (_, doing) => doing.startsWith('LSTM, 1') && stop.abort() },
  );
  await expect(asked).rejects.toThrow(/abort/i);
  expect(['rnn-1', 'rnn-2', 'lstm-1'].map((name) => existsSync(join(out, name)))).toEqual([
    true,
    true,
    false,
  ]);

  const again = await compareCells({ ...small, out });
  const bare = (networks: typeof whole.networks) =>
    networks.map(({ seconds: _, curve, ...rest }) => ({
      ...rest,
      nats: curve.map((point) => point.natsPerToken),
    }));
  expect(bare(again.networks)).toEqual(bare(whole.networks));
  const model = await readModel(join(out, 'lstm-2'));
  expect(model.network.spec.layers).toEqual([
    { cell: 'lstm', units: 6 },
    { cell: 'lstm', units: 6 },
  ]);

  await expect(compareCells({ ...small, out, seed: 6 })).rejects.toMatchObject({ code: 'TRAINING_OTHER' });

  const page = cellsPage(whole);
  expect(page).not.toMatch(/<script|<link|<img|https?:|url\(|@import|NaN|undefined|Infinity/);
  expect(page.match(/<polyline/g)!.length).toBe(4 * 2 + 4 * 2 + 4 + 4 + 2 * 2);
  expect(page.match(/<figure class="plane"/g)).toHaveLength(4);
  const text = cellsText(whole);
  expect(text.trimEnd().split('\n')).toHaveLength(2 + 1 + 4);
});

it('writes into no folder that holds something else', async () => {
  const out = join(folder, 'mine');
  mkdirSync(join(out, 'rnn-1'), { recursive: true });
  writeFileSync(join(out, 'rnn-1', 'poem.txt'), 'mine');
  await expect(compareCells({ ...small, out })).rejects.toMatchObject({ code: 'TRAINING_OTHER' });
  expect(readFileSync(join(out, 'rnn-1', 'poem.txt'), 'utf8')).toBe('mine');
});

it('refuses cells and layers that there are not, and the same twice', () => {
  expect(parseCells('gru, rnn')).toEqual(['gru', 'rnn']);
  expect(parseLayers('3,1')).toEqual([3, 1]);
  for (const text of ['', 'gru,gru', 'transformer'])
    expect(() => parseCells(text)).toThrow(/--cells takes a list/);
  expect(parseInit('glorot')).toBe('glorot');
  expect(() => parseInit('zero')).toThrow(/--init takes uniform, glorot, orthogonal/);
  for (const text of ['', '0', '5', '1.5', '1,1'])
    expect(() => parseLayers(text)).toThrow(/--layers takes a list/);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kerasNetwork } from '../model/keras-init.js';
import { folderFiles } from '../model/testing/networks.js';
import { loadModelFolder } from './model-files.js';

const network = kerasNetwork(
  { inputClasses: 4, embedding: 0, layers: [{ cell: 'lstm', units: 3 }], outputClasses: 4 },
  1,
);
const { modelJson, shards } = folderFiles(network);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'continuo-model-'));
  await writeFile(join(folder, 'model.json'), JSON.stringify(modelJson));
});
afterAll(() => rm(folder, { recursive: true }));

it('says which folder has no model, and which file of a model is missing', async () => {
  await expect(loadModelFolder(join(folder, 'none'))).rejects.toMatchObject({
    code: 'MODEL_NOT_FOUND',
    message: expect.stringContaining('ENOENT'),
  });
  await expect(loadModelFolder(folder)).rejects.toMatchObject({
    code: 'MODEL_BROKEN',
    message: expect.stringContaining('weights.bin cannot be read'),
  });
});

it('reads a folder', async () => {
  await writeFile(join(folder, 'weights.bin'), shards.get('weights.bin')!);
  expect(await loadModelFolder(folder)).toMatchObject({ network, metadata: undefined });
});

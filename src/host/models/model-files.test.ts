import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kerasNetwork } from '../../model/keras-init.js';
import { folderFiles } from '../../model/testing/networks.js';
import { filesOf } from './model-file.js';
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

describe.runIf(process.platform !== 'win32')('a file of a model that is none', () => {
  const oddities: readonly (readonly [string, string, (path: string) => unknown])[] = [
    ['a pipe', 'is a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a device', 'is a device', (path) => symlink('/dev/zero', path)],
    ['a folder', 'is a folder', (path) => mkdir(path)],
    ['a loop of links', 'ELOOP', (path) => symlink(path, path)],
    ['a link that leads nowhere', 'leads nowhere', (path) => symlink(`${path}-none`, path)],
    ['too large', 'larger than expected', (path) => writeFile(path, '').then(() => truncate(path, 3e9))],
  ];
  for (const name of ['model.json', 'weights.bin']) {
    it.each(oddities)(`is refused: ${name} is %s`, async (_, words, make) => {
      const odd = await mkdtemp(join(folder, 'odd-'));
      await writeFile(join(odd, 'model.json'), JSON.stringify(modelJson));
      await writeFile(join(odd, 'weights.bin'), shards.get('weights.bin')!);
      await rm(join(odd, name));
      await make(join(odd, name));
      await expect(loadModelFolder(odd)).rejects.toMatchObject({
        code: 'MODEL_BROKEN',
        message: expect.stringContaining(words),
      });
    });
  }

  it('has no index of tunes then, but a coded error', async () => {
    execFileSync('mkfifo', [join(folder, 'novelty.bin')]);
    await expect(filesOf(folder).file('novelty.bin', 1000)).rejects.toMatchObject({ code: 'FILE_READ' });
  });
});

import { basename, join } from 'node:path';
import { defineCommand } from 'citty';
import { FOLDERS } from '../../host/folders.js';
import { readModel } from '../../host/models/open-model.js';
import { buildTextDataset } from '../../training/dataset/text-dataset.js';
import { datasetMaterial, type Material } from '../../training/fit/material.js';
import { speaking } from '../../training/run/material-of.js';
import { inTemporaryFolder } from '../../whole-folder.js';
import { inputName, readInput } from '../files.js';
import { networkFor, settingsOf, TRAIN_ARGS } from './options.js';
import { trainAndTell } from './run.js';

export default defineCommand({
  meta: {
    name: 'text',
    description:
      'Train a network on any text, character by character. Ctrl-C stops it; the same command goes on.',
  },
  args: {
    file: {
      type: 'positional',
      description: 'A text file in UTF-8, - for standard input',
      valueHint: 'FILE',
      required: true,
    },
    licence: {
      type: 'string',
      default: 'not stated',
      description: "The text's terms, for the model's card",
      valueHint: 'TEXT',
    },
    ...TRAIN_ARGS,
  },
  async run({ args }) {
    const { from } = args;
    const origin = from === undefined || from === 'scratch' ? undefined : await readModel(from);
    const material = speaking(
      await textMaterial(args.file, args.licence, origin?.metadata.characters),
      origin,
    );
    await trainAndTell({
      material,
      origin,
      settings: settingsOf(args, material, origin),
      network: networkFor(args, material, origin),
      out: args.out ?? join(FOLDERS.userModels, 'text'),
      replace: args.replace,
      json: args.json,
    });
  },
});

/** The text as a data set has it: the same pieces, the same held out. Throws what buildTextDataset throws. */
async function textMaterial(file: string, licence: string, characters: unknown): Promise<Material> {
  // A model that is trained further keeps its characters.
  const known = typeof characters === 'string' ? { characters } : {};
  return inTemporaryFolder('text', async (folder) => {
    const from = inputName(file);
    const bytes = await readInput(file);
    await buildTextDataset({ from, bytes, out: join(folder, 'tokens'), licence, ...known });
    return { ...(await datasetMaterial(join(folder, 'tokens'))), corpus: basename(from) };
  });
}

import { join } from 'node:path';
import { defineCommand } from 'citty';
import { FOLDERS } from '../../host/folders.js';
import { readModel } from '../../host/models/read-model.js';
import { type CorpusChoice, loadCorpus } from '../../host/plugins/corpus-plugins.js';
import { oneFileMaterial } from '../../training/fit/material.js';
import { speaking } from '../../training/run/material-of.js';
import { inputName, readInput } from '../files.js';
import type { SubCommand } from '../sub-commands.js';
import { networkFor, settingsOf, TRAIN_ARGS } from './options.js';
import { trainAndTell } from './run.js';

/** The command that trains on a single-file corpus, using the plugin that reads it. */
export function trainingOnOneFile(choice: CorpusChoice): SubCommand {
  const { descriptor, kind } = choice;
  return defineCommand({
    meta: {
      name: descriptor.id,
      description: `Train a network on ${kind.files}, a file of it (${descriptor.name}). Ctrl-C stops it; the same command resumes it.`,
    },
    args: {
      file: {
        type: 'positional',
        description: `A file of ${kind.files}, - for standard input`,
        valueHint: 'FILE',
        required: true,
      },
      licence: {
        type: 'string',
        default: 'not stated',
        description: "Licence of the file, for the model's card",
        valueHint: 'TEXT',
      },
      ...TRAIN_ARGS,
    },
    async run({ args }) {
      const { from, licence } = args;
      const origin = from === undefined || from === 'scratch' ? undefined : await readModel(from);
      const plugin = await loadCorpus(choice);
      // When fine-tuning, the model keeps what its codec learnt from its own file, such as the characters of a text.
      const codec = { id: kind.codecs[0]!, ...(origin && { said: origin.metadata }) };
      const file = { from: inputName(args.file), bytes: await readInput(args.file) };
      const material = speaking(await oneFileMaterial({ plugin, codec, licence, ...file }), origin);
      await trainAndTell({
        ...{ material, plugin, origin },
        settings: settingsOf(args, material, origin),
        network: networkFor(args, material, origin),
        out: args.out ?? join(FOLDERS.userModels, descriptor.id),
        replace: args.replace,
        json: args.json,
      });
    },
  });
}

import { join } from 'node:path';
import { defineCommand } from 'citty';
import { FOLDERS } from '../../host/folders.js';
import { corpusChoices } from '../../host/plugins/corpus-plugins.js';
import { materialOf, originOf } from '../../training/run/material-of.js';
import type { SubCommand } from '../sub-commands.js';
import { trainingOnOneFile } from './one-file.js';
import { networkFor, settingsOf, TRAIN_ARGS } from './options.js';
import { trainAndTell } from './run.js';

/** A command for each plugin that trains on a single file: `continuo train text FILE`. */
async function oneFileCommands(): Promise<Record<string, SubCommand>> {
  const choices = (await corpusChoices()).filter(({ kind }) => kind.source === 'file');
  return Object.fromEntries(choices.map((choice) => [choice.descriptor.id, trainingOnOneFile(choice)]));
}

export default defineCommand({
  meta: {
    name: 'train',
    description:
      'Train a network on your own music: MIDI files, ABC tunes, or what you played. Ctrl-C stops it; the same command resumes it.',
  },
  args: {
    on: {
      type: 'string',
      description:
        'Folder of MIDI files or ABC tunes (or what another plugin reads), one such file, or a data set of continuo dataset build',
      valueHint: 'FOLDER',
    },
    takes: {
      type: 'boolean',
      default: false,
      description:
        'On what you played: the takes that Continuo recorded (with --on: those of another folder)',
    },
    codec: {
      type: 'string',
      description:
        "From scratch: codec that turns the files into tokens (default: the first of their plugin's)",
      valueHint: 'ID',
    },
    plugin: {
      type: 'string',
      description:
        'Plugin that reads the files, by id or folder (default: the one whose files the folder holds)',
      valueHint: 'ID|FOLDER',
    },
    ...TRAIN_ARGS,
  },
  subCommands: oneFileCommands,
  async run({ args }) {
    const origin = await originOf(args);
    const { material, plugin } = await materialOf(args, origin);
    const kind = args.takes ? 'takes' : plugin.id;
    await trainAndTell({
      material,
      plugin,
      origin,
      settings: settingsOf(args, material, origin),
      network: networkFor(args, material, origin),
      out: args.out ?? join(FOLDERS.userModels, `my-${kind}`),
      replace: args.replace,
      json: args.json,
    });
  },
});

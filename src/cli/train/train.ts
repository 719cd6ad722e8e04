import { join } from 'node:path';
import { defineCommand } from 'citty';
import { FOLDERS } from '../../host/folders.js';
import { materialOf, originOf } from '../../training/run/material-of.js';
import { networkFor, settingsOf, TRAIN_ARGS } from './options.js';
import { trainAndTell } from './run.js';

export default defineCommand({
  meta: {
    name: 'train',
    description:
      'Train a network on your own music: MIDI files, ABC tunes, or what you played. Ctrl-C stops it; the same command goes on.',
  },
  args: {
    on: {
      type: 'string',
      description:
        'Folder of MIDI files or ABC tunes, one such file, or a data set of continuo dataset build',
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
      description: 'How MIDI becomes tokens, from scratch (default: performance-packed-16)',
      valueHint: 'ID',
    },
    ...TRAIN_ARGS,
  },
  subCommands: { text: () => import('./text.js').then(({ default: text }) => text) },
  async run({ args }) {
    const origin = await originOf(args);
    const material = await materialOf(args, origin);
    const { codec } = material.metadata;
    const kind = args.takes ? 'takes' : codec.startsWith('performance') ? 'piano' : codec.split('-')[0]!;
    await trainAndTell({
      material,
      origin,
      settings: settingsOf(args, material, origin),
      network: networkFor(args, material, origin),
      out: args.out ?? join(FOLDERS.userModels, `my-${kind}`),
      replace: args.replace,
      json: args.json,
    });
  },
});

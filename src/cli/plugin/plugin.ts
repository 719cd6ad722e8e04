import { defineCommand } from 'citty';
import { addPlugin, removePlugin } from '../../host/plugins/keep-plugin.js';
import { newPlugin } from '../../host/plugins/new-plugin.js';
import check from './check.js';
import info from './info.js';
import list from './list.js';

const json = {
  type: 'boolean',
  default: false,
  description: 'Say what was done as one JSON object',
} as const;

const add = defineCommand({
  meta: {
    name: 'add',
    description: 'Copy a plugin into your own folder of plugins, in place of an older version that is there.',
  },
  args: {
    plugin: {
      type: 'positional',
      description: "A plugin's folder, or the .tgz that npm pack made of it",
      valueHint: 'FOLDER|TGZ',
      required: true,
    },
    json,
  },
  async run({ args }) {
    const { descriptor, folder } = await addPlugin(args.plugin);
    const { id, version } = descriptor;
    process.stdout.write(
      args.json
        ? `${JSON.stringify({ id, version, folder })}\n`
        : `${id} ${version} is in ${folder}\nNext: continuo start --plugin ${id}\n`,
    );
  },
});

const remove = defineCommand({
  meta: { name: 'remove', description: 'Remove a plugin from your own folder of plugins.' },
  args: {
    plugin: { type: 'positional', description: "The plugin's id", valueHint: 'ID', required: true },
    json,
  },
  async run({ args }) {
    const { descriptor, folder } = await removePlugin(args.plugin);
    process.stdout.write(
      args.json
        ? `${JSON.stringify({ id: descriptor.id, folder })}\n`
        : `${descriptor.id} is gone from ${folder}\n`,
    );
  },
});

const make = defineCommand({
  meta: { name: 'new', description: 'Write a plugin that works, with a test, in TypeScript, to begin from.' },
  args: {
    plugin: {
      type: 'positional',
      description: 'The new folder; its name is the id, such as my-plugin',
      valueHint: 'NAME',
      required: true,
    },
    json,
  },
  async run({ args }) {
    const folder = await newPlugin(args.plugin);
    process.stdout.write(
      args.json
        ? `${JSON.stringify({ folder })}\n`
        : [
            `${folder} is a plugin: plugin.json says what it is, index.ts what it does.`,
            `Next: cd ${args.plugin}; npm install; npm test; continuo start --plugin .`,
            '',
          ].join('\n'),
    );
  },
});

export default defineCommand({
  meta: { name: 'plugin', description: 'Plugins: what there is, and how to add, write and check one.' },
  subCommands: { list, info, new: make, check, add, remove },
});

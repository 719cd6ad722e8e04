import { defineCommand } from 'citty';
import { columns } from '../../columns.js';
import { type FoundPlugin, findPlugin } from '../../host/plugins/plugins.js';
import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import type { OfflineDescriptor } from '../../plugin/offline-descriptor.js';
import type { ParamSpec } from '../../plugin/params.js';
import { flagOf } from '../generate/flag-names.js';
import { printable } from '../printable.js';

export default defineCommand({
  meta: {
    name: 'info',
    description: 'Say what a plugin is and which parameters it has. Its code is not run.',
  },
  args: {
    plugin: {
      type: 'positional',
      description: "A plugin's id, or its folder",
      valueHint: 'ID|FOLDER',
      required: true,
    },
    json: {
      type: 'boolean',
      default: false,
      description: 'Print its plugin.json, source and folder as JSON',
    },
  },
  async run({ args }) {
    const found = await findPlugin(args.plugin);
    const { descriptor, source, folder } = found;
    process.stdout.write(
      args.json ? `${JSON.stringify({ ...descriptor, source, folder }, null, 2)}\n` : inWords(found),
    );
  },
});

function inWords({ descriptor, source, folder }: FoundPlugin): string {
  const { id, name, version, apiVersion, extensions, unknownExtensions, models, params, compose, offline } =
    descriptor;
  const rows = [
    ['id', id],
    ['version', `${version}, for version ${apiVersion} of the contract`],
    ['from', source === 'built-in' ? source : `${source}: ${folder}`],
    ['licence', descriptor.licence ?? 'not said'],
    ['can', extensions.join(', ') || 'nothing that this version knows'],
    ...(unknownExtensions.length > 0 ? [['left out', unknownExtensions.join(', ')]] : []),
    ['models', models.join(', ') || 'none: it needs no network'],
    ...(compose ? [['makes', piecesOf(compose)]] : []),
    ...(offline ? [['with files', filesOf(offline)]] : []),
  ];
  const ids = Object.entries(params).map(([id, spec]) => [id, valuesOf(spec), spec.label ?? id]);
  return [
    printable(name),
    ...(descriptor.description === undefined ? [] : [printable(descriptor.description)]),
    '',
    ...columns(rows.map((row) => row.map(printable))),
    ...(ids.length === 0 ? [] : ['', 'Parameters, for --set ID=VALUE:']),
    ...columns(ids.map((row) => row.map(printable))).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** What pieces it makes, in which formats, and what it does with one that is given. */
function piecesOf({ piece, exports, edits }: ComposeDescriptor): string {
  const formats = Object.keys(exports).join(', ');
  const done = Object.keys(edits).join(', ');
  return `${piece.many} as ${formats}${done === '' ? '' : `; of one that is given: ${done}`}`;
}

/** What it does with whole files, and the options of `continuo continue` for that. */
function filesOf({ does, options }: OfflineDescriptor): string {
  const flags = Object.keys(options).map((id) => `--${flagOf(id)}`);
  const said = does === 'accompanies' ? 'plays along with them' : 'goes on from them';
  return flags.length === 0 ? said : `${said}: ${flags.join(', ')}`;
}

/** What a parameter takes, and its default. */
function valuesOf(spec: ParamSpec): string {
  return `${takenBy(spec)} (${spec.default ?? 'any'})`;
}

function takenBy(spec: ParamSpec): string {
  switch (spec.type) {
    case 'choice':
      return spec.choices.join(', ');
    case 'text':
      return 'a text';
    case 'toggle':
      return 'true or false';
    case 'float':
    case 'int':
    case 'pitch':
      return `${spec.min} to ${spec.max}`;
  }
}

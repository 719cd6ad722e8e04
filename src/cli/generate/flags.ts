import type { ArgDef, ArgsDef } from 'citty';
import type { ComposeDescriptor, PieceEdit } from '../../plugin/compose-descriptor.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import { ENGINE_ARGS } from '../live/session-options.js';
import { inner, optionArg, words } from '../option-flags.js';
import { extraExports, flagOf, givesFiles, namedEdits, takesPrime } from './flag-names.js';

export const MOST_PIECES = 100_000;

/** The options of `continuo generate ID`, derived from the plugin's plugin.json. */
export function argsOf(descriptor: PluginDescriptor, compose: ComposeDescriptor): ArgsDef {
  const { one, many } = compose.piece;
  return {
    ...optionArgs(compose),
    ...givenArgs(compose),
    count: { type: 'string', default: '1', description: `How many ${many}`, valueHint: 'N' },
    seed: {
      type: 'string',
      description: 'A whole number: the same seed and options give the same bytes (default: random)',
      valueHint: 'N',
    },
    out: {
      type: 'string',
      alias: 'o',
      default: '-',
      description: `Where the ${many} go; - is standard output`,
      valueHint: 'FILE',
    },
    ...exportArgs(compose),
    json: {
      type: 'boolean',
      default: false,
      description: `One JSON object: ${many}, how they were asked for and made`,
    },
    stream: {
      type: 'boolean',
      default: false,
      description: `Print each ${one} when it is made, and what it is made of as it comes, where nothing is left to choose`,
    },
    plugin: {
      type: 'string',
      description: `The folder of the plugin ${descriptor.id}, where it is not installed`,
      valueHint: 'FOLDER',
    },
    ...(descriptor.models.length > 0 && modelArgs),
  };
}

const modelArgs = {
  model: {
    type: 'string',
    description: "A model's name, or its folder (default: the best)",
    valueHint: 'ID|FOLDER',
  },
  memory: ENGINE_ARGS.memory,
} as const;

function optionArgs({ options, exports }: ComposeDescriptor): ArgsDef {
  return Object.fromEntries(
    Object.entries(options).map(([id, option]) => {
      const of = option.ofExport === undefined || option.ofExport === Object.keys(exports)[0];
      return [flagOf(id), optionArg(id, option, of ? '' : `Of --${flagOf(option.ofExport!)}: `)];
    }),
  );
}

function exportArgs(compose: ComposeDescriptor): ArgsDef {
  return Object.fromEntries(
    extraExports(compose).map((name) => [
      flagOf(name),
      {
        type: 'string',
        description: `Also each ${compose.piece.one} in this folder: ${inner(compose.exports[name]!.help)}`,
        valueHint: 'DIR',
      } satisfies ArgDef,
    ]),
  );
}

/** The options that give a piece and choose the edit. */
function givenArgs(compose: ComposeDescriptor): ArgsDef {
  const { edits, givenEdit, piece, segment, preview } = compose;
  const source = preview === 'abc' ? 'FILE' : 'TEXT';
  const file = preview === 'abc' ? ', as a file; - is standard input' : '';
  const given = givenEdit === undefined ? undefined : edits[givenEdit]!;
  const args: Record<string, ArgDef> = {};
  if (takesPrime(compose))
    args.prime = {
      type: 'string',
      description: `The ${piece.one} that is given${file}${given ? `; without another word: ${inner(given.help)}` : ''}`,
      valueHint: source,
    };
  if (given?.takes === 'place')
    args.after = {
      type: 'string',
      description: `With --prime: the ${segment?.one} after which it goes on (default: the end)`,
      valueHint: 'N',
    };
  for (const name of namedEdits(compose)) args[flagOf(name)] = editArg(edits[name]!, compose, source);
  if (givesFiles(compose))
    args[piece.one] = {
      type: 'string',
      description: `Of several ${piece.many} in the file given, the one with this X: number (default: the first)`,
      valueHint: 'X',
    };
  return args;
}

function editArg({ takes, help }: PieceEdit, { piece, segment }: ComposeDescriptor, source: string): ArgDef {
  if (takes === 'nothing')
    return {
      type: 'string',
      description: `${words(help)}: of the ${piece.one} given here`,
      valueHint: source,
    };
  const hint = takes === 'place' ? segment!.one : segment!.many;
  return {
    type: 'string',
    description: `${words(help)}: of the ${piece.one} given with --prime`,
    valueHint: hint.toUpperCase(),
  };
}

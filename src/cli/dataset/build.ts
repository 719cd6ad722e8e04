import { type ArgsDef, defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import { corpusChoices, loadCorpus } from '../../host/plugins/corpus-plugins.js';
import { warningLines } from '../../music/midi/warnings.js';
import { type BuiltDataset, buildDataset, type DatasetOptions } from '../../training/dataset/dataset.js';
import { inputName, readInput } from '../files.js';
import { progressBar } from '../progress.js';
import { closeOnSignal } from '../shutdown.js';
import { CORPUS_ARGS, corpusIn, type NamedCorpus, namedCorpus } from './corpus-option.js';

const ARGS = {
  name: {
    type: 'positional',
    description: 'Name of a corpus (see dataset list); or give --from FOLDER',
    required: false,
    valueHint: 'NAME',
  },
  ...CORPUS_ARGS,
  from: {
    type: 'string',
    description:
      'Folder of files with a splits.csv (columns path,piece,split; split is train, or valid, validation or test), or of files with several pieces each, beside them a NAME.families.txt (a number a piece) or NAME.splits.txt (train or valid a piece), else split by title; or one file that is a corpus, as text (- for standard input)',
    valueHint: 'FOLDER',
  },
  out: {
    type: 'string',
    description: 'Folder to create; a data set in it is replaced',
    valueHint: 'FOLDER',
    required: true,
  },
  licence: {
    type: 'string',
    description: 'Licence of the corpus (default: the first line of its LICENSE)',
    valueHint: 'TEXT',
  },
  'held-out': {
    type: 'boolean',
    default: false,
    description: 'Hold out all pieces, to evaluate a model on your own music; needs no splits.csv',
  },
  json: { type: 'boolean', description: 'Print meta.json' },
} as const satisfies ArgsDef;

/** Command-line options for the extra files (aids) that codecs need, as declared in the plugins' plugin.json. */
async function aidArgs(): Promise<ArgsDef> {
  const choices = await corpusChoices(pluginAsked(process.argv));
  const aids = choices.flatMap(({ kind }) => Object.entries(kind.aids));
  // Several plugins may have an aid of one name.
  const codecs = (name: string) => aids.flatMap(([other, { codec }]) => (other === name ? [codec] : []));
  return Object.fromEntries(
    aids.map(([name, { help, files }]) => [
      name,
      {
        type: 'string',
        description: `${help} (${files.join(', ')}); for --codec ${codecs(name).join(' or ')}`,
        valueHint: 'FOLDER',
      },
    ]),
  );
}

/** The value of --plugin, read before parsing because the other options depend on it. */
function pluginAsked(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((arg) => arg === '--plugin' || arg.startsWith('--plugin='));
  if (at < 0) return undefined;
  return argv[at]!.includes('=') ? argv[at]!.slice('--plugin='.length) : argv[at + 1];
}

export default defineCommand({
  meta: { name: 'build', description: 'Turn a corpus into token shards for training.' },
  args: async (): Promise<typeof ARGS> => ({ ...(await aidArgs()), ...ARGS }),
  async run({ args }) {
    if ((args.name === undefined) === (args.from === undefined))
      throw new ContinuoError('OPTION_VALUE', 'Give a corpus: either its NAME or --from FOLDER.');
    const named =
      args.name !== undefined ? await namedCorpus(args.name, args) : await corpusIn(args.from!, args);
    if (args['held-out'] && named.choice.kind.source === 'file')
      throw new ContinuoError(
        'OPTION_VALUE',
        `--held-out is for a folder of files; ${named.codec} is of one file, of which a part is held out.`,
      );
    const stop = new AbortController();
    const bar = progressBar('reading');
    const licence = args.licence ?? named.licence;
    const options = {
      ...(await source(named, args)),
      out: args.out,
      heldOut: args['held-out'],
      ...(licence !== undefined && { licence }),
      progress: (done: number, total: number) => bar.show(done / total),
      signal: stop.signal,
    };
    const building = buildDataset(options).finally(bar.done);
    closeOnSignal(async () => {
      stop.abort();
      const written = await building.then(
        () => true,
        () => false,
      );
      if (!written) process.stderr.write('Stopped; nothing was written.\n');
    });
    const built = await building.catch((error: unknown) => {
      // The signal handler ends the program.
      if (stop.signal.aborted) return new Promise<never>(() => {});
      throw error;
    });
    process.stdout.write(
      args.json
        ? `${JSON.stringify(built.meta, null, 2)}\n`
        : report(built, args.out, named.choice.kind.files),
    );
  },
});

/** The files to read and the plugin that reads them; a single file may be standard input. */
async function source(
  { choice, codec: id, folder }: NamedCorpus,
  args: Readonly<Record<string, unknown>>,
): Promise<Pick<DatasetOptions, 'plugin' | 'codec' | 'from' | 'bytes'>> {
  const plugin = await loadCorpus(choice);
  const aids = Object.keys(plugin.kind.aids).flatMap((name) =>
    args[name] === undefined ? [] : [[name, String(args[name])] as const],
  );
  const codec = { id, aids: Object.fromEntries(aids) };
  if (plugin.kind.source === 'folder') return { plugin, codec, from: folder };
  return { plugin, codec, from: inputName(folder), bytes: await readInput(folder) };
}

/** Limits the terminal output; meta.json lists all. */
const MOST_LISTED = 20;

function report({ meta, words }: BuiltDataset, out: string, files: string): string {
  const { families, skipped = [], damaged = [], unlisted = [] } = meta;
  const { train, valid } = meta.splits;
  const some = <T>(all: readonly T[], what: string, lines: (one: T) => readonly string[]) =>
    all.length === 0
      ? []
      : [
          `  ${all.length} ${what}`,
          ...all.slice(0, MOST_LISTED).flatMap((one) => lines(one).map((line) => `    ${line}`)),
          ...(all.length > MOST_LISTED ? [`    and ${all.length - MOST_LISTED} more, in meta.json`] : []),
        ];
  const lines = [
    `${out}: ${meta.codec}, ${meta.size} classes; ${meta.corpus}, ${meta.licence}`,
    ...[train, valid].map(
      ({ file, pieces, tokens, notes, seconds }) =>
        `  ${file}  ${pieces} pieces, ${tokens} tokens${notes > 0 ? `, ${notes} notes, ${(seconds / 3600).toFixed(1)} h` : ''}`,
    ),
    ...(families ? [`  ${families.train} families to train on, ${families.valid} held out`] : []),
    ...words.map((line) => `  ${line}`),
    ...(unlisted.length > 0 ? [`  ${unlisted.length} ${files} that splits.csv does not name; left out`] : []),
    ...some(skipped, 'that could not be used:', ({ path, code, message }) => [
      `${path}: ${message} [${code}]`,
    ]),
    ...some(damaged, 'files that are odd or damaged, read as far as that goes:', ({ path, warnings }) =>
      warningLines(warnings).map((line) => `${path}: ${line}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

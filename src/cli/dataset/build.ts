import { defineCommand } from 'citty';
import { beatCodec } from '../../codec/beats/index.js';
import { codecById, codecs } from '../../codec/index.js';
import { TEXT_CODEC } from '../../codec/text.js';
import { ContinuoError } from '../../errors.js';
import { warningLines } from '../../music/midi/warnings.js';
import { folkCodec } from '../../plugins/folk/codec/codec.js';
import { buildFolkDataset, type FolkDatasetMeta } from '../../plugins/folk/corpus/dataset.js';
import { folkPlanCodec } from '../../plugins/folk/plan/codec.js';
import { annotatedBeats } from '../../training/dataset/beat-dataset.js';
import { buildDataset, type DatasetMeta, type DatasetOptions } from '../../training/dataset/dataset.js';
import { buildTextDataset, type TextDatasetMeta } from '../../training/dataset/text-dataset.js';
import { inputName, readInput } from '../files.js';
import { progressBar } from '../progress.js';
import { closeOnSignal } from '../shutdown.js';
import { corpusIn, type NamedCorpus, namedCorpus } from './corpus-option.js';

export default defineCommand({
  meta: { name: 'build', description: 'Turn a corpus into token shards for training.' },
  args: {
    name: {
      type: 'positional',
      description: 'A corpus by its name (dataset list); or --from FOLDER',
      required: false,
      valueHint: 'NAME',
    },
    codec: {
      type: 'string',
      description: `How music becomes tokens: ${[...codecs.map(({ id }) => id), beatCodec.id, folkCodec.id, folkPlanCodec.id, TEXT_CODEC].join(', ')}; else that of the corpus`,
      valueHint: 'ID',
    },
    from: {
      type: 'string',
      description:
        'Folder of MIDI files with a splits.csv (columns path,piece,split; split is train, or valid, validation or test), of .abc files, each with a NAME.families.txt (a number a tune) or NAME.splits.txt (train or valid a tune), else split by title; or a text file (- for standard input)',
      valueHint: 'FOLDER',
    },
    beats: {
      type: 'string',
      description: `Folder with the corpus's beats and chords, as POP909 has them (beat_midi.tsv, chord_midi.tsv); for ${beatCodec.id}`,
      valueHint: 'FOLDER',
    },
    out: {
      type: 'string',
      description: 'Folder to make; a dataset that is there is replaced',
      valueHint: 'FOLDER',
      required: true,
    },
    licence: {
      type: 'string',
      description: "The corpus's terms; without it the first line of its LICENSE",
      valueHint: 'TEXT',
    },
    'held-out': {
      type: 'boolean',
      default: false,
      description:
        'Hold out all pieces, to evaluate a model on your own music; MIDI files then need no splits.csv',
    },
    json: { type: 'boolean', description: 'Print meta.json' },
  },
  async run({ args }) {
    if (args['held-out'] && args.codec === TEXT_CODEC)
      throw new ContinuoError(
        'OPTION_VALUE',
        '--held-out is for music; of a text every twentieth piece is held out.',
      );
    if ((args.name === undefined) === (args.from === undefined))
      throw new ContinuoError('OPTION_VALUE', 'Give a corpus: either its NAME or --from FOLDER.');
    const { folder, codec, licence } =
      args.codec === TEXT_CODEC
        ? textFile(args.from)
        : args.name !== undefined
          ? await namedCorpus(args.name, args.codec)
          : await corpusIn(args.from!, args.codec);
    if ((codec === beatCodec.id) !== (args.beats !== undefined))
      throw new ContinuoError(
        'OPTION_VALUE',
        `--beats FOLDER says where the beats are for --codec ${beatCodec.id}: give both or neither.`,
      );
    const stop = new AbortController();
    const bar = progressBar('reading');
    const options = {
      from: folder,
      out: args.out,
      heldOut: args['held-out'],
      ...(args.beats !== undefined && { beats: args.beats }),
      ...withLicence(args.licence ?? licence),
      progress: (done: number, total: number) => bar.show(done / total),
      signal: stop.signal,
    };
    const building = (async () => build(codec, await withText(codec, options)))().finally(bar.done);
    closeOnSignal(async () => {
      stop.abort();
      const written = await building.then(
        () => true,
        () => false,
      );
      if (!written) process.stderr.write('Stopped; nothing was written.\n');
    });
    const meta = await building.catch((error: unknown) => {
      // The signal's handler ends the program.
      if (stop.signal.aborted) return new Promise<never>(() => {});
      throw error;
    });
    process.stdout.write(args.json ? `${JSON.stringify(meta, null, 2)}\n` : report(meta, args.out));
  },
});

type Meta = DatasetMeta | FolkDatasetMeta | TextDatasetMeta;

type BuildOptions = Omit<DatasetOptions, 'codec'> & {
  readonly bytes?: Uint8Array;
  readonly beats?: string;
};

async function build(codec: string, options: BuildOptions): Promise<Meta> {
  if (options.beats !== undefined)
    return buildDataset({ codec: await annotatedBeats(options.beats), ...options });
  const folk = [folkCodec, folkPlanCodec].find(({ id }) => id === codec);
  if (folk) return buildFolkDataset({ codec: folk, ...options });
  if (codec === TEXT_CODEC) return buildTextDataset(options);
  return buildDataset({ codec: codecById(codec), ...options });
}

/** Text is one file, - for standard input. */
async function withText(codec: string, options: BuildOptions): Promise<BuildOptions> {
  if (codec !== TEXT_CODEC) return options;
  return { ...options, from: inputName(options.from), bytes: await readInput(options.from) };
}

/** No text has a name of its own. */
function textFile(from: string | undefined): NamedCorpus {
  if (from !== undefined) return { folder: from, codec: TEXT_CODEC };
  throw new ContinuoError('OPTION_VALUE', '--codec text takes a text file: --from FILE.');
}

function withLicence(licence: string | undefined): { licence?: string } {
  return licence === undefined ? {} : { licence };
}

/** All are in meta.json. */
const MOST_LISTED = 20;

function report(meta: Meta, out: string): string {
  const { train, valid } = meta.splits;
  const lines = [
    `${out}: ${meta.codec}, ${meta.size} classes; ${meta.corpus}, ${meta.licence}`,
    ...[train, valid].map(
      ({ file, pieces, tokens, notes, seconds }) =>
        `  ${file}  ${pieces} pieces, ${tokens} tokens${notes > 0 ? `, ${notes} notes, ${(seconds / 3600).toFixed(1)} h` : ''}`,
    ),
  ];
  const also = (count: number, what: string) => {
    if (count > 0) lines.push(`  ${count} ${what}`);
  };
  if ('types' in meta) {
    lines.push(`  ${meta.families.train} families to train on, ${meta.families.valid} held out`);
    also(
      Object.values(meta.dropped).reduce((sum, count) => sum + count, 0),
      'signs that have no token',
    );
    also(meta.skipped.length, 'tunes that could not be read; continuo abc check FILE lists them');
    return `${lines.join('\n')}\n`;
  }
  if ('characters' in meta) return `${lines.join('\n')}\n`;
  also(meta.folded, 'notes moved by octaves into the range of the codec');
  also(meta.merged, 'notes that fell together with another of their pitch');
  also(meta.pedalIgnored.length, 'files whose pedal hardly ever comes up; it was ignored there');
  also(meta.unlisted.length, 'MIDI files that splits.csv does not name; left out');
  also(meta.skipped.length, 'files that could not be used:');
  for (const { path, code, message } of meta.skipped) lines.push(`    ${path}: ${message} [${code}]`);
  also(meta.damaged.length, 'files that are odd or damaged, read as far as that goes:');
  for (const { path, warnings } of meta.damaged.slice(0, MOST_LISTED))
    lines.push(...warningLines(warnings).map((line) => `    ${path}: ${line}`));
  if (meta.damaged.length > MOST_LISTED)
    lines.push(`    and ${meta.damaged.length - MOST_LISTED} more, in meta.json`);
  return `${lines.join('\n')}\n`;
}

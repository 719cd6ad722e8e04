import { defineCommand } from 'citty';
import { folkCodec } from '../codec/folk/codec.js';
import { codecById, codecs } from '../codec/index.js';
import { buildDataset, type DatasetMeta } from '../training/dataset.js';
import { buildFolkDataset, type FolkDatasetMeta } from '../training/folk-dataset.js';
import { buildNoveltyIndex } from '../training/novelty-index.js';
import { writeOutput } from './files.js';
import { progressBar } from './progress.js';
import { closeOnSignal } from './shutdown.js';

const build = defineCommand({
  meta: { name: 'build', description: 'Turn a corpus of MIDI files into token shards for training' },
  args: {
    codec: {
      type: 'string',
      description: `How music becomes tokens: ${[...codecs.map(({ id }) => id), folkCodec.id].join(', ')}`,
      valueHint: 'ID',
      default: 'performance-packed-16',
    },
    from: {
      type: 'string',
      description:
        'Folder of MIDI files with a splits.csv (columns path,piece,split; split is train or valid); for tunes, of NAME.abc files each with a NAME.families.txt (a number a tune)',
      valueHint: 'FOLDER',
      required: true,
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
    json: { type: 'boolean', description: 'Print meta.json' },
  },
  async run({ args }) {
    const folk = args.codec === folkCodec.id || args.codec === 'folk';
    const stop = new AbortController();
    const bar = progressBar('reading');
    const options = {
      from: args.from,
      out: args.out,
      ...(args.licence === undefined ? {} : { licence: args.licence }),
      progress: (done: number, total: number) => bar.show(done / total),
      signal: stop.signal,
    };
    const building: Promise<DatasetMeta | FolkDatasetMeta> = (
      folk ? buildFolkDataset(options) : buildDataset({ codec: codecById(args.codec), ...options })
    ).finally(bar.done);
    closeOnSignal(async () => {
      stop.abort();
      await building.catch(() => {});
      process.stderr.write('Stopped; nothing was written.\n');
    });
    const meta = await building.catch((error: unknown) => {
      // The signal's handler ends the program.
      if (stop.signal.aborted) return new Promise<never>(() => {});
      throw error;
    });
    process.stdout.write(args.json ? `${JSON.stringify(meta, null, 2)}\n` : report(meta, args.out));
  },
});

const novelty = defineCommand({
  meta: {
    name: 'novelty',
    description:
      'Make the index by which generated tunes are compared with those of a corpus: hashes and titles, no tunes',
  },
  args: {
    from: {
      type: 'string',
      description: 'Folder of NAME.abc files, each with a NAME.families.txt; its training tunes are taken',
      valueHint: 'FOLDER',
      required: true,
    },
    out: {
      type: 'string',
      description: "novelty.bin in the model's folder",
      valueHint: 'FILE',
      required: true,
    },
  },
  async run({ args }) {
    const { bytes, tunes, heldOut } = await buildNoveltyIndex(args.from);
    await writeOutput(args.out, bytes);
    const human = heldOut
      ? `; of ${heldOut.tunes} held-out tunes half share a run of at least ${heldOut.median} notes with one of them, one in twenty at least ${heldOut.p95}`
      : '';
    process.stdout.write(`${args.out}: ${tunes} tunes, ${bytes.length} bytes${human}\n`);
  },
});

export default defineCommand({
  meta: { name: 'dataset', description: 'Make training data from a corpus' },
  subCommands: { build, novelty },
});

function report(meta: DatasetMeta | FolkDatasetMeta, out: string): string {
  const { train, valid } = meta.splits;
  const lines = [
    `${out}: ${meta.codec}, ${meta.size} classes; ${meta.corpus}, ${meta.licence}`,
    ...[train, valid].map(
      ({ file, pieces, tokens, notes, seconds }) =>
        `  ${file}  ${pieces} pieces, ${tokens} tokens, ${notes} notes, ${(seconds / 3600).toFixed(1)} h`,
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
  also(meta.folded, 'notes moved by octaves into the range of the codec');
  also(meta.merged, 'notes that fell together with another of their pitch');
  also(meta.pedalIgnored.length, 'files whose pedal hardly ever comes up; it was ignored there');
  also(meta.unlisted.length, 'MIDI files that splits.csv does not name; left out');
  also(meta.skipped.length, 'files that could not be used:');
  for (const { path, code, message } of meta.skipped) lines.push(`    ${path}: ${message} [${code}]`);
  return `${lines.join('\n')}\n`;
}

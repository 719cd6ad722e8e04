import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { codecById } from '../../codec/index.js';
import { columns } from '../../columns.js';
import { folkCodec } from '../../plugins/folk/codec/codec.js';
import { SPLITS } from '../../training/dataset/corpus.js';
import { type CorpusStats, datasetStats, midiStats, tuneStats } from '../../training/dataset/corpus-stats.js';
import { progressBar } from '../progress.js';
import { namedCorpus } from './corpus-option.js';

export default defineCommand({
  meta: { name: 'stats', description: 'Count what a corpus or a data set has.' },
  args: {
    name: {
      type: 'positional',
      description: 'A corpus by its name, its folder, or a data set that dataset build made',
      required: true,
      valueHint: 'NAME|FOLDER',
    },
    codec: {
      type: 'string',
      description: 'To count the tokens of; else that of the corpus',
      valueHint: 'ID',
    },
    json: { type: 'boolean', description: 'Counts as JSON' },
  },
  async run({ args }) {
    const stats = existsSync(join(args.name, 'meta.json'))
      ? await datasetStats(args.name)
      : await countCorpus(args.name, args.codec);
    process.stdout.write(args.json ? `${JSON.stringify(stats, null, 2)}\n` : report(args.name, stats));
  },
});

async function countCorpus(name: string, asked: string | undefined): Promise<CorpusStats> {
  const { folder, codec } = await namedCorpus(name, asked);
  const bar = progressBar('counting');
  const progress = (done: number, total: number) => bar.show(done / total);
  const counting =
    codec === folkCodec.id
      ? tuneStats(folder, { progress })
      : midiStats(folder, codecById(codec), { progress });
  return counting.finally(bar.done);
}

function report(name: string, { codec, splits, skipped, ...tunes }: CorpusStats): string {
  const rows = SPLITS.map((split) => {
    const { pieces, notes, tokens, seconds, pitches } = splits[split];
    const range = pitches ? `pitches ${pitches[0]} to ${pitches[1]}` : '';
    const hours = seconds < 3600 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
    return [split, `${pieces} pieces`, `${notes} notes`, `${tokens} tokens`, hours, range];
  });
  const lines = [`${name}, in ${codec}:`, ...columns(rows).map((row) => `  ${row}`)];
  for (const [what, counts] of Object.entries(tunes)) lines.push(`  ${what}: ${most(counts)}`);
  if (skipped > 0) lines.push(`  ${skipped} that cannot be read`);
  return `${lines.join('\n')}\n`;
}

const MOST = 12;

function most(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, MOST).map(([what, count]) => `${what} ${count}`);
  const rest = sorted.slice(MOST).reduce((sum, [, count]) => sum + count, 0);
  return [...shown, ...(rest > 0 ? [`others ${rest}`] : [])].join(', ');
}

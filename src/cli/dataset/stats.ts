import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { columns } from '../../columns.js';
import { loadCorpus } from '../../host/plugins/corpus-plugins.js';
import { SPLITS } from '../../training/dataset/corpus.js';
import { type CorpusStats, corpusStats, datasetStats } from '../../training/dataset/corpus-stats.js';
import { openCodec } from '../../training/dataset/open-codec.js';
import { progressBar } from '../progress.js';
import { CORPUS_ARGS, type CorpusAsked, namedCorpus } from './corpus-option.js';

export default defineCommand({
  meta: { name: 'stats', description: 'Print statistics of a corpus or a data set.' },
  args: {
    name: {
      type: 'positional',
      description: 'Name or folder of a corpus, or a data set made by dataset build',
      required: true,
      valueHint: 'NAME|FOLDER',
    },
    ...CORPUS_ARGS,
    json: { type: 'boolean', description: 'Print the statistics as JSON' },
  },
  async run({ args }) {
    const stats = existsSync(join(args.name, 'meta.json'))
      ? await datasetStats(args.name)
      : await countCorpus(args.name, args);
    process.stdout.write(args.json ? `${JSON.stringify(stats, null, 2)}\n` : report(args.name, stats));
  },
});

async function countCorpus(name: string, asked: CorpusAsked): Promise<CorpusStats> {
  const { folder, choice, codec: id } = await namedCorpus(name, asked);
  const opened = await openCodec(await loadCorpus(choice), { id });
  const bar = progressBar('counting');
  return corpusStats(opened, folder, { progress: (done, total) => bar.show(done / total) }).finally(bar.done);
}

function report(name: string, { codec, splits, skipped, ...kinds }: CorpusStats): string {
  const rows = SPLITS.map((split) => {
    const { pieces, notes, tokens, seconds, pitches } = splits[split];
    const range = pitches ? `pitches ${pitches[0]} to ${pitches[1]}` : '';
    const hours = seconds < 3600 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
    return [split, `${pieces} pieces`, `${notes} notes`, `${tokens} tokens`, hours, range];
  });
  const lines = [`${name}, in ${codec}:`, ...columns(rows).map((row) => `  ${row}`)];
  for (const [what, counts] of Object.entries(kinds))
    lines.push(`  ${what}: ${most(counts as Readonly<Record<string, number>>)}`);
  if (skipped > 0) lines.push(`  ${skipped} that cannot be used`);
  return `${lines.join('\n')}\n`;
}

const MOST = 12;

function most(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, MOST).map(([what, count]) => `${what} ${count}`);
  const rest = sorted.slice(MOST).reduce((sum, [, count]) => sum + count, 0);
  return [...shown, ...(rest > 0 ? [`others ${rest}`] : [])].join(', ');
}

import { defineCommand } from 'citty';
import { buildNoveltyIndex } from '../../plugins/folk/corpus/novelty-index.js';
import { reportStream, requireOutput, writeOutput } from '../files.js';
import build from './build.js';
import fetch from './fetch.js';
import list from './list.js';
import odds from './odds.js';
import stats from './stats.js';

const novelty = defineCommand({
  meta: {
    name: 'novelty',
    description:
      'Make the index by which generated tunes are compared with those of a corpus: hashes and titles, no tunes.',
  },
  args: {
    from: {
      type: 'string',
      description: 'Folder of .abc files, as for dataset build; its training tunes are taken',
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
    await requireOutput(args.out, { binary: true });
    const { bytes, tunes, heldOut } = await buildNoveltyIndex(args.from);
    await writeOutput(args.out, bytes);
    const human = heldOut
      ? `; of ${heldOut.tunes} held-out tunes half share a run of at least ${heldOut.median} notes with one of them, one in twenty at least ${heldOut.p95}`
      : '';
    reportStream(args.out).write(`${args.out}: ${tunes} tunes, ${bytes.length} bytes${human}\n`);
  },
});

export default defineCommand({
  meta: { name: 'dataset', description: 'Corpora, and training data made from them.' },
  subCommands: { list, fetch, build, stats, novelty, odds },
});

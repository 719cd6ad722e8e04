import { defineCommand } from 'citty';
import { FITTING_STUDIES } from '../../evaluation/studies.js';
import { type CorpusChoice, corpusChoices, loadCorpus } from '../../host/plugins/corpus-plugins.js';
import type { DerivedFile } from '../../plugin/corpus-descriptor.js';
import { derivedFile } from '../../training/dataset/derived-file.js';
import { studyCommand } from '../evaluate/study-command.js';
import { reportStream, requireOutput, writeOutput } from '../files.js';
import type { SubCommand } from '../sub-commands.js';
import build from './build.js';
import fetch from './fetch.js';
import list from './list.js';
import stats from './stats.js';

/** The command that makes a file which a plugin derives from a corpus. */
function deriving(choice: CorpusChoice, name: string, { file, help }: DerivedFile): SubCommand {
  return defineCommand({
    meta: { name, description: help },
    args: {
      from: {
        type: 'string',
        description: `Folder of ${choice.kind.files}, as for dataset build`,
        valueHint: 'FOLDER',
        required: true,
      },
      out: {
        type: 'string',
        description: `${file} in the model's folder`,
        valueHint: 'FILE',
        required: true,
      },
    },
    async run({ args }) {
      await requireOutput(args.out, { binary: true });
      const { bytes, words } = await derivedFile(await loadCorpus(choice), name, args.from);
      await writeOutput(args.out, bytes);
      reportStream(args.out).write(`${args.out}: ${words}\n`);
    },
  });
}

/** A command for each study that fits something to a data set; loaded lazily. */
const FITTING = Object.fromEntries(
  Object.entries(FITTING_STUDIES).map(([name, load]) => [name, async () => studyCommand(await load())]),
);

async function derivingCommands(): Promise<Record<string, SubCommand>> {
  const choices = await corpusChoices();
  return Object.fromEntries(
    choices.flatMap((choice) =>
      Object.entries(choice.kind.derived).map(([name, file]) => [name, deriving(choice, name, file)]),
    ),
  );
}

export default defineCommand({
  meta: {
    name: 'dataset',
    description: 'List, download and measure corpora, and build training data from them.',
  },
  subCommands: async () => ({ ...(await derivingCommands()), list, fetch, build, stats, ...FITTING }),
});

import { join } from 'node:path';
import { columns } from '../../columns.js';
import { openComposerModel } from '../../host/compose/open-composer.js';
import { findModel } from '../../host/models/models.js';
import { PITCHES } from '../../plugins/folk/codec/grammar-tokens.js';
import { LOOK_AHEAD } from '../../plugins/folk/generate/cadence.js';
import { tuneModelOf } from '../../plugins/folk/generate/model.js';
import type { CadenceOdds } from '../../plugins/folk/odds/cadence-odds.js';
import type { NoteShares } from '../../plugins/folk/odds/fit-notes.js';
import { fitOdds, type OddsFit } from '../../plugins/folk/odds/fit-odds.js';
import type { TuneOdds } from '../../plugins/folk/odds/tune-odds.js';
import { writeWhole } from '../../write-file.js';
import { defineStudy, type StudyContext } from '../study.js';
import { readPatterns } from './tunes-by-people.js';

/** Fits corrections to a model's logits on its training tunes, and writes them to the model folder. */
export const odds = defineStudy({
  name: 'odds',
  help: "Find how much oftener training tunes have each note, step and way to end a part than a model's do, and write that into its model.json.",
  options: {
    data: { type: 'text', default: null, required: true, help: 'Data set of tunes', hint: 'DATASET' },
    model: { type: 'text', default: null, required: true, help: "The model's folder", hint: 'FOLDER' },
    count: {
      ...{ type: 'int', min: 10, max: 100_000, default: 800 },
      ...{ help: 'Tunes to make in each round', hint: 'N' },
    },
    rounds: {
      ...{ type: 'int', min: 1, max: 100, default: 5 },
      ...{ help: 'Each corrects the one before', hint: 'N' },
    },
    seed: {
      ...{ type: 'int', min: 0, max: 2 ** 32, default: 1 },
      ...{ help: 'The same seed finds the same odds', hint: 'N' },
    },
  },
  plays: false,
  page: null,
  async run({ data, model: name, count, rounds, seed }, { read, stoppable }) {
    const model = await tuneModelOf(await openComposerModel('folk', { model: name! }));
    const { path: folder } = findModel(name!);
    try {
      const patterns = await readPatterns(data!, model.learnt);
      const fits = await stoppable((shown) =>
        shown('composing', (watch) =>
          fitOdds(model, patterns, { count, rounds, seed, lookAhead: LOOK_AHEAD, watch }),
        ),
      );
      const odds = Object.fromEntries(fits.map(({ kind, odds }) => [kind, odds]));
      await writeOdds(join(folder, 'model.json'), odds, read);
      return { data: fits, text: () => report(folder, fits) };
    } finally {
      model.engine.dispose();
    }
  },
});

/** Writes the odds to model.json, which was read before as the model's. */
async function writeOdds(path: string, odds: TuneOdds, read: StudyContext['read']): Promise<void> {
  const root = JSON.parse(new TextDecoder().decode(await read(path)));
  root.userDefinedMetadata.continuo.odds = odds;
  await writeWhole(path, `${JSON.stringify(root)}\n`);
}

function report(folder: string, fits: readonly OddsFit[]): string {
  const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
  const row = (name: string, ends: CadenceOdds, apart: string, write = percent) => [
    name,
    apart,
    ...[...ends.first, ...ends.later, ...ends.last].map(write),
  ];
  const tables = fits.map(({ kind, patterns, people, made, odds }) =>
    columns([
      [kind, 'pitches', ...WAYS],
      row(`  people, ${patterns} tunes`, people.cadences, ''),
      ...made.map(({ cadences, notes }, round) =>
        row(
          `  made, round ${round + 1}`,
          cadences,
          `${(100 * apart(people.notes, notes)).toFixed(1)} % apart`,
        ),
      ),
      row('  odds, logarithms', odds.cadences, '', (value) => value.toFixed(2)),
    ]).join('\n'),
  );
  return `${tables.join('\n')}\n${folder}: odds written into model.json\n`;
}

const WAYS = [
  'first part: other',
  'tonic',
  'later: other',
  'tonic',
  'again: other',
  'tonic',
  'last: other',
  'tonic',
  'again: other',
  'tonic',
];

/** Total variation between their pitch distributions. */
function apart(people: NoteShares, made: NoteShares): number {
  const differences = PITCHES.map(({ token }) => Math.abs(people.signs[token]! - made.signs[token]!));
  return differences.reduce((sum, difference) => sum + difference, 0) / 2;
}

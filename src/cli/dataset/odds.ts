import { join } from 'node:path';
import { defineCommand } from 'citty';
import { columns } from '../../columns.js';
import { readPatterns } from '../../evaluation/folk/tunes-by-people.js';
import { openComposerModel } from '../../host/compose/open-composer.js';
import { findModel } from '../../host/models/models.js';
import { PITCHES } from '../../plugins/folk/codec/grammar-tokens.js';
import { LOOK_AHEAD } from '../../plugins/folk/generate/cadence.js';
import { tuneModelOf } from '../../plugins/folk/generate/model.js';
import type { CadenceOdds } from '../../plugins/folk/odds/cadence-odds.js';
import type { NoteShares } from '../../plugins/folk/odds/fit-notes.js';
import { fitOdds, type OddsFit } from '../../plugins/folk/odds/fit-odds.js';
import type { TuneOdds } from '../../plugins/folk/odds/tune-odds.js';
import { readInput, writeOutput } from '../files.js';
import { integerOption } from '../options.js';
import { stoppable } from '../stoppable.js';

export default defineCommand({
  meta: {
    name: 'odds',
    description:
      "Find how much oftener training tunes have each note, step and way to end a part than a model's do, and write that into its model.json.",
  },
  args: {
    data: { type: 'string', description: 'Data set of tunes', valueHint: 'DATASET', required: true },
    model: { type: 'string', description: "The model's folder", valueHint: 'FOLDER', required: true },
    count: { type: 'string', default: '800', description: 'Tunes to make in each round', valueHint: 'N' },
    rounds: { type: 'string', default: '5', description: 'Each corrects the one before', valueHint: 'N' },
    seed: { type: 'string', default: '1', description: 'The same seed finds the same odds', valueHint: 'N' },
    json: { type: 'boolean', default: false, description: 'The odds, and the shares of each round' },
  },
  async run({ args }) {
    const count = integerOption('count', args.count, 10, 100_000);
    const rounds = integerOption('rounds', args.rounds, 1, 100);
    const seed = integerOption('seed', args.seed, 0, 2 ** 32);
    const model = await tuneModelOf(await openComposerModel('folk', args));
    const folder = findModel(args.model).path;
    try {
      const patterns = await readPatterns(args.data, model.learnt);
      const fits = await stoppable((shown) =>
        shown('composing', (watch) =>
          fitOdds(model, patterns, { count, rounds, seed, lookAhead: LOOK_AHEAD, watch }),
        ),
      );
      const odds = Object.fromEntries(fits.map(({ kind, odds }) => [kind, odds]));
      await writeOdds(join(folder, 'model.json'), odds);
      process.stdout.write(args.json ? `${JSON.stringify(fits)}\n` : report(folder, fits));
    } finally {
      model.engine.dispose();
    }
  },
});

/** The file was read before, as the model's. */
async function writeOdds(path: string, odds: TuneOdds): Promise<void> {
  const root = JSON.parse(new TextDecoder().decode(await readInput(path)));
  root.userDefinedMetadata.continuo.odds = odds;
  await writeOutput(path, `${JSON.stringify(root)}\n`);
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

/** Total variation between their pitches. */
function apart(people: NoteShares, made: NoteShares): number {
  const differences = PITCHES.map(({ token }) => Math.abs(people.signs[token]! - made.signs[token]!));
  return differences.reduce((sum, difference) => sum + difference, 0) / 2;
}

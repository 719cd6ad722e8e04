import { defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import { checkParam } from '../../plugin/params.js';
import { LOOK_AHEAD, MOST_PARTICLES } from '../../plugins/folk/generate/cadence.js';
import { openTuneModel, type TuneModel } from '../../plugins/folk/generate/model.js';
import { resolveWish } from '../../plugins/folk/generate/rules.js';
import type { Asked } from '../../plugins/folk/generate/tunes.js';
import { abc2midiVersion } from '../../plugins/folk/trial/abc2midi.js';
import { judgeTrial, type Trial, trialAlone, trialMasked } from '../../plugins/folk/trial/trial.js';
import { reportStream, requireOutput, writeOutput } from '../files.js';
import { integerOption, numberOption } from '../options.js';
import { stoppable } from '../stoppable.js';
import { folkPage } from './folk-page.js';
import { type FolkResult, groupResults, type SetResult, setResult } from './folk-result.js';
import { folkWords } from './folk-words.js';
import { type HumanTunes, readHuman } from './tunes-by-people.js';

/** Those that the network has learnt. */
const TYPES = 'reel,jig,slip-jig,hornpipe,polka,slide,strathspey';
/** Twelve tonics, four modes. */
const KEYS = 'C,Dbmix,D,Eb,Em,F,F#m,G,Abdor,Ador,Bb,Bm';
const MOST_TUNES = 100_000;
const EXAMPLES = 6;

export default defineCommand({
  meta: {
    name: 'folk',
    description:
      'Make many folk tunes, have them judged by independent programs, and compare them with held-out tunes by people.',
  },
  args: {
    count: { type: 'string', default: '1000', description: 'How many tunes', valueHint: 'N' },
    temperature: {
      type: 'string',
      default: '1',
      description: 'Low is careful, high is adventurous',
      valueHint: 'T',
    },
    'best-of': {
      type: 'string',
      default: '1',
      description: 'Each tune is the best of N candidates, as with continuo generate folk',
      valueHint: 'N',
    },
    'look-ahead': {
      type: 'string',
      default: String(LOOK_AHEAD),
      description: 'As with continuo generate folk; 1 is off',
      valueHint: 'N',
    },
    types: { type: 'string', default: TYPES, description: 'Types, joined by commas', valueHint: 'TYPES' },
    keys: { type: 'string', default: KEYS, description: 'Each type comes in each key', valueHint: 'KEYS' },
    seed: { type: 'string', default: '1', description: 'The same seed makes the same tunes', valueHint: 'N' },
    unmasked: {
      type: 'boolean',
      default: false,
      description: 'Also as many tunes by the network alone, without the grammar, judged in the same way',
    },
    data: {
      type: 'string',
      description: "Compare with a data set's valid split; as many tunes more are asked for after its tunes",
      valueHint: 'DATASET',
    },
    'held-out': {
      type: 'string',
      description: 'The same with a file or folder of ABC that was not trained on',
      valueHint: 'FILE|FOLDER',
    },
    html: { type: 'string', description: 'Also a page with plots, tables and some tunes', valueHint: 'FILE' },
    json: { type: 'boolean', default: false, description: 'One JSON object' },
    model: {
      type: 'string',
      description: "A model's name, or its folder (default: the best)",
      valueHint: 'ID|FOLDER',
    },
  },
  async run({ args }) {
    const count = integerOption('count', args.count, 1, MOST_TUNES);
    const temperature = numberOption('temperature', args.temperature, 0, 10);
    const bestOf = integerOption('best-of', args['best-of'], 1, 1000);
    const lookAhead = integerOption('look-ahead', args['look-ahead'], 1, MOST_PARTICLES);
    const seed = integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER - 1);
    if (args.html !== undefined) await requireOutput(args.html, { binary: false });
    const model = await openTuneModel('folk', args.model);
    const byList = listed(args.types.split(','), args.keys.split(','), count, model.learnt);
    const human = await humanTunes(args.data, args['held-out'], model.learnt);
    try {
      checkParam(model.descriptor.params, 'temperature', temperature);
      const abc2midi = await abc2midiVersion();
      const result = await stoppable(async (shown): Promise<FolkResult> => {
        const sets: SetResult[] = [];
        const judge = async (
          about: Pick<SetResult, 'asked' | 'by'>,
          trial: Trial,
          asked: readonly Asked[],
        ) => {
          const judgements = await shown(`judging (${about.by})`, (watch) =>
            judgeTrial(trial, asked, abc2midi !== null, watch),
          );
          sets.push(setResult(about, trial, judgements));
        };
        /** One tune for each thing asked, and where wanted as many by the network alone. */
        const make = async (what: string, asked: readonly Asked[], seed: number) => {
          const settings = { bestOf, temperature, seed, lookAhead };
          const masked = await shown('composing', (watch) => trialMasked(model, asked, settings, watch));
          await judge({ asked: what, by: 'grammar' }, masked, asked);
          if (!args.unmasked) return { masked, alone: null };
          const alone = await shown('composing without the grammar', (watch) =>
            trialAlone(model, asked, masked.headers, settings, watch),
          );
          await judge({ asked: what, by: 'network alone' }, alone, asked);
          return { masked, alone };
        };
        let made = await make('types and keys', byList, seed);
        let statistics: FolkResult['statistics'] = null;
        if (human) {
          const { from, tunes, leftOut } = human;
          const after = spread(tunes.length, count);
          made = await make(
            'as held-out tunes are',
            after.map((index) => tunes[index]!.asked),
            seed + 1,
          );
          const groups = groupResults(tunes, after, made.masked.tunes, made.alone?.tunes ?? null, seed);
          statistics = { from, leftOut, groups };
        }
        return {
          model: model.id,
          modelHash: model.hash,
          ...{ temperature, bestOf, lookAhead, seed, abc2midi, sets, statistics },
          examples: made.masked.tunes.slice(0, EXAMPLES).map(({ abc }) => abc),
        };
      });
      if (args.html !== undefined) await writeOutput(args.html, folkPage(result));
      reportStream(args.html).write(args.json ? `${JSON.stringify(result)}\n` : folkWords(result));
    } finally {
      model.engine.dispose();
    }
  },
});

type Learnt = TuneModel['learnt'];

/** Each type in each key, in turn. Throws OPTION_VALUE. */
function listed(types: readonly string[], keys: readonly string[], count: number, learnt: Learnt): Asked[] {
  const all = keys.flatMap((key) =>
    types.map((type): Asked => {
      const wish = { type, key, form: 'AABB', bars: 8, range: 'any' };
      return { wish, rules: resolveWish(wish, learnt), prime: [] };
    }),
  );
  return Array.from({ length: count }, (_, index) => all[index % all.length]!);
}

/** `count` of `tunes` places: each as often as another, or where they are too many, from all over. */
function spread(tunes: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    count < tunes ? Math.floor((index * tunes) / count) : index % tunes,
  );
}

async function humanTunes(
  data: string | undefined,
  heldOut: string | undefined,
  learnt: Learnt,
): Promise<HumanTunes | null> {
  if (data !== undefined && heldOut !== undefined)
    throw new ContinuoError('OPTION_VALUE', '--data and --held-out say the same thing.', 'Give one of them.');
  if (data !== undefined) return readHuman({ data }, learnt);
  return heldOut === undefined ? null : readHuman({ heldOut }, learnt);
}

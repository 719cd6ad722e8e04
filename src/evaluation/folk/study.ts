import { ContinuoError } from '../../errors.js';
import { openComposerModel } from '../../host/compose/open-composer.js';
import { LOOK_AHEAD, MOST_PARTICLES } from '../../plugins/folk/generate/cadence.js';
import { type TuneModel, tuneModelOf } from '../../plugins/folk/generate/model.js';
import { resolveRequest } from '../../plugins/folk/generate/rules.js';
import type { Asked } from '../../plugins/folk/generate/tunes.js';
import { defineStudy, type Shown, type StudyContext } from '../study.js';
import { folkPage } from './page.js';
import { type FolkResult, groupResults, type SetResult, setResult } from './result.js';
import { abc2midiVersion } from './trial/abc2midi.js';
import { judgeTrial, type Trial, type TrialSettings, trialAlone, trialMasked } from './trial/trial.js';
import { type HumanTunes, readHuman } from './tunes-by-people.js';
import { folkWords } from './words.js';

/** Types that the network has learnt. */
const TYPES = 'reel,jig,slip-jig,hornpipe,polka,slide,strathspey';
/** Twelve tonics, four modes. */
const KEYS = 'C,Dbmix,D,Eb,Em,F,F#m,G,Abdor,Ador,Bb,Bm';
const MOST_TUNES = 100_000;
const EXAMPLES = 6;

/** Measures generated tunes by independent readers and against tunes by people. */
export const folk = defineStudy({
  name: 'folk',
  help: 'Make many folk tunes, have them judged by independent programs, and compare them with held-out tunes by people.',
  options: {
    count: { type: 'int', min: 1, max: MOST_TUNES, default: 1000, help: 'How many tunes', hint: 'N' },
    temperature: {
      type: 'float',
      min: 0.1,
      max: 2,
      default: 1,
      help: 'Low is careful, high is adventurous',
      hint: 'T',
    },
    'best-of': {
      type: 'int',
      min: 1,
      max: 1000,
      default: 1,
      help: 'Each tune is the best of N candidates, as with continuo generate folk',
      hint: 'N',
    },
    'look-ahead': {
      type: 'int',
      min: 1,
      max: MOST_PARTICLES,
      default: LOOK_AHEAD,
      help: 'As with continuo generate folk; 1 is off',
      hint: 'N',
    },
    types: { type: 'text', default: TYPES, help: 'Types, joined by commas', hint: 'TYPES' },
    keys: { type: 'text', default: KEYS, help: 'Each type comes in each key', hint: 'KEYS' },
    seed: {
      type: 'int',
      min: 0,
      max: Number.MAX_SAFE_INTEGER - 1,
      default: 1,
      help: 'The same seed makes the same tunes',
      hint: 'N',
    },
    unmasked: {
      type: 'toggle',
      default: false,
      help: 'Also as many tunes by the network alone, without the grammar, judged in the same way',
    },
    data: {
      type: 'text',
      default: null,
      help: "Compare with a data set's valid split; as many tunes more are asked for after its tunes",
      hint: 'DATASET',
    },
    'held-out': {
      type: 'text',
      default: null,
      help: 'The same with a file or folder of ABC that was not trained on',
      hint: 'FILE|FOLDER',
    },
    model: {
      type: 'text',
      default: null,
      help: "A model's name, or its folder (default: the best)",
      hint: 'ID|FOLDER',
    },
  },
  plays: false,
  page: 'Also a page with plots, tables and some tunes',
  async run({ types, keys, count, data, model: name, ...values }, context) {
    const model = await tuneModelOf(await openComposerModel('folk', { model: name ?? undefined }));
    try {
      const byList = listed(types.split(','), keys.split(','), count, model.learnt);
      const human = await humanTunes({ data, heldOut: values['held-out'] }, model.learnt, context);
      const settings = {
        bestOf: values['best-of'],
        temperature: values.temperature,
        seed: values.seed,
        lookAhead: values['look-ahead'],
      };
      const abc2midi = await abc2midiVersion();
      const result = await context.stoppable((shown) =>
        compare({ model, settings, unmasked: values.unmasked, abc2midi, shown }, byList, human),
      );
      return { data: result, text: () => folkWords(result), page: () => folkPage(result) };
    } finally {
      model.engine.dispose();
    }
  },
});

interface Bench {
  readonly model: TuneModel;
  readonly settings: TrialSettings;
  /** Whether the network also generates as many tunes without grammar. */
  readonly unmasked: boolean;
  readonly abc2midi: string | null;
  readonly shown: Shown;
}

/** Generates the listed tunes and as many requested after held-out ones, and compares the latter with these. */
async function compare(
  bench: Bench,
  byList: readonly Asked[],
  human: HumanTunes | null,
): Promise<FolkResult> {
  const { model, settings, abc2midi } = bench;
  const { temperature, bestOf, lookAhead, seed } = settings;
  let trial = await makeAndJudge(bench, 'types and keys', byList);
  const { sets } = trial;
  let statistics: FolkResult['statistics'] = null;
  if (human) {
    const { from, tunes, leftOut } = human;
    const after = spread(tunes.length, byList.length);
    const asked = after.map((index) => tunes[index]!.asked);
    const second = { ...bench, settings: { ...settings, seed: seed + 1 } };
    trial = await makeAndJudge(second, 'as held-out tunes are', asked);
    sets.push(...trial.sets);
    const groups = groupResults({
      human: tunes,
      after,
      made: trial.masked.tunes,
      alone: trial.alone?.tunes ?? null,
      seed,
    });
    statistics = { from, leftOut, groups };
  }
  return {
    model: model.id,
    modelHash: model.hash,
    ...{ temperature, bestOf, lookAhead, seed, abc2midi, sets, statistics },
    examples: trial.masked.tunes.slice(0, EXAMPLES).map(({ abc }) => abc),
  };
}

interface Judged {
  readonly masked: Trial;
  /** By the network without grammar. */
  readonly alone: Trial | null;
  readonly sets: SetResult[];
}

/** Generates one tune per request, and optionally as many by the network without grammar, and judges them. */
async function makeAndJudge(
  { model, settings, unmasked, abc2midi, shown }: Bench,
  what: string,
  asked: readonly Asked[],
): Promise<Judged> {
  const judged = async (by: SetResult['by'], trial: Trial) => {
    const judgements = await shown(`judging (${by})`, (watch) =>
      judgeTrial(trial, asked, abc2midi !== null, watch),
    );
    return setResult({ asked: what, by }, trial, judgements);
  };
  const masked = await shown('composing', (watch) => trialMasked(model, asked, settings, watch));
  const sets = [await judged('grammar', masked)];
  if (!unmasked) return { masked, alone: null, sets };
  const told = { asked, headers: masked.headers };
  const alone = await shown('composing without the grammar', (watch) =>
    trialAlone(model, told, settings, watch),
  );
  return { masked, alone, sets: [...sets, await judged('network alone', alone)] };
}

type Learnt = TuneModel['learnt'];

/** Requests for each type in each key, in rotation. Throws OPTION_VALUE. */
function listed(types: readonly string[], keys: readonly string[], count: number, learnt: Learnt): Asked[] {
  const all = keys.flatMap((key) =>
    types.map((type): Asked => {
      const request = { type, key, form: 'AABB', bars: 8, range: 'any' };
      return { request, rules: resolveRequest(request, learnt), prime: [] };
    }),
  );
  return Array.from({ length: count }, (_, index) => all[index % all.length]!);
}

/** Indices of `count` out of `tunes` tunes: in rotation, or evenly spread if there are more tunes than needed. */
function spread(tunes: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    count < tunes ? Math.floor((index * tunes) / count) : index % tunes,
  );
}

async function humanTunes(
  { data, heldOut }: { readonly data: string | null; readonly heldOut: string | null },
  learnt: Learnt,
  { read }: Pick<StudyContext, 'read'>,
): Promise<HumanTunes | null> {
  if (data !== null && heldOut !== null)
    throw new ContinuoError('OPTION_VALUE', '--data and --held-out say the same thing.', 'Give one of them.');
  if (data !== null) return readHuman({ data }, learnt, read);
  return heldOut === null ? null : readHuman({ heldOut }, learnt, read);
}

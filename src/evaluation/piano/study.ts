import type { PerformanceCodec } from '../../codec/codec.js';
import { codecs } from '../../codec/index.js';
import { ContinuoError } from '../../errors.js';
import { modelWithVocabulary } from '../../host/models/read-model.js';
import type { Note } from '../../music/note.js';
import { continuePerformance } from '../../performer/continuation.js';
import type { ValuesOf } from '../../plugin/params.js';
import { type DatasetPiece, readDataset } from '../../training/dataset/read-dataset.js';
import { defineStudy, type Findings, type StudyContext, type StudyOptions } from '../study.js';
import { COURSES, type CourseName, type CourseOptions, courseOf } from './courses.js';
import { excerpt, takeExcerpts } from './excerpts.js';
import { keepRuns } from './kept-runs.js';
import { longReport, type MeasuredRun } from './long.js';
import { LONG, type LongResult, longPage, longWords } from './long-result.js';
import { pianoPage } from './page.js';
import { type Player, type PlayRun, playRuns, type Runs } from './play-runs.js';
import { report } from './report.js';
import { type PianoResult, pianoWords } from './words.js';

/** Defaults: places for short continuations, long runs, prompt seconds, short and long continuation seconds, exchanges. */
const [PLACES, LONG_RUNS, PROMPT, SHORT, MINUTES, EXCHANGES] = [500, 24, 8, 20, 600, 40];
const [MOST_PLACES, MOST_SEEDS] = [100_000, 100];

const options = {
  data: {
    type: 'text',
    default: '',
    required: true,
    help: 'A data set made by continuo dataset build; its valid split is used',
    hint: 'DATASET',
  },
  model: {
    type: 'text',
    default: null,
    help: "Models' names or folders, as many as you like (default: one that speaks the data set's vocabulary)",
    hint: 'ID|FOLDER,…',
  },
  mode: {
    type: 'choice',
    choices: COURSES,
    default: 'continue',
    help: `What they do: ${COURSES.join(', ')}. By minutes, or exchange by exchange, but for short continuations`,
    hint: 'MODE',
  },
  count: {
    type: 'int',
    min: 2,
    max: MOST_PLACES,
    default: null,
    help: `How many places (default: ${PLACES}; ${LONG_RUNS} where each goes on for minutes)`,
    hint: 'N',
  },
  prompt: {
    type: 'float',
    min: 1,
    max: 60,
    default: null,
    help: `How long the models listen; in answer, how long each phrase is (default: ${PROMPT})`,
    hint: 'S',
  },
  seconds: {
    type: 'float',
    min: 1,
    max: 3600,
    default: null,
    help: `How long they go on (default: ${SHORT}; in duet and solo ${MINUTES}); from ${LONG} on it is measured by windows, beside whole pieces`,
    hint: 'S',
  },
  exchanges: {
    type: 'int',
    min: 1,
    max: 1000,
    default: null,
    help: `In answer: how many phrases they answer (default: ${EXCHANGES})`,
    hint: 'N',
  },
  seeds: {
    type: 'int',
    min: 1,
    max: MOST_SEEDS,
    default: 1,
    help: 'How often each is played, where it goes on for minutes',
    hint: 'N',
  },
  keep: {
    type: 'text',
    default: null,
    help: 'Where it goes on for minutes: write runs there as they come; given again, it goes on from there',
    hint: 'FILE',
  },
  seed: {
    type: 'int',
    min: 0,
    max: Number.MAX_SAFE_INTEGER - MOST_PLACES * MOST_SEEDS,
    default: 1,
    help: 'The places; place N is continued with seed + N',
    hint: 'N',
  },
} as const satisfies StudyOptions;

type Values = ValuesOf<typeof options>;

/** Compares models' continuations of held-out music with the true ones. */
export const piano = defineStudy({
  name: 'piano',
  help: 'Have models go on from places in held-out music, as in a session, and compare with how the music really went on.',
  options,
  plays: true,
  page: 'Also a page with plots and piano rolls',
  async run(values, context) {
    const plan = planOf(values);
    const { vocabularyHash, pieces } = await readDataset(values.data, 'valid');
    const models = values.model?.split(',') ?? [(await modelWithVocabulary(vocabularyHash)).id];
    const codec = codecOf(vocabularyHash, values.data);
    const music = { name: values.data, vocabulary: vocabularyHash, codec, pieces, models };
    return plan.isLong ? await long(plan, music, context) : await short(plan, music, context);
  },
});

/** The music to play from, and how it is encoded. */
interface Music {
  /** Name of the data set. */
  readonly name: string;
  readonly vocabulary: string;
  readonly codec: PerformanceCodec;
  readonly pieces: readonly DatasetPiece[];
  readonly models: readonly string[];
}

async function long(plan: Plan, music: Music, context: StudyContext): Promise<Findings> {
  const { mode, isLong: _, keep, ...course } = plan;
  const { seconds, seed, promptSeconds, count, seeds, exchanges } = course;
  const { engine } = context;
  const { play, stretch, ...beside } = courseOf(mode, music.codec, music.pieces, course);
  const settings = { vocabulary: music.vocabulary, ...engine, mode, ...course };
  const kept = keep === null ? undefined : await keepRuns<MeasuredRun>(keep, settings);
  const players = await playAll({ count: count * seeds, seed, play, kept }, music.models, context);
  const measured = longReport({ ...beside, models: players.map(({ runs }) => runs) }, stretch);
  const result: LongResult = {
    ...{ data: music.name, ...engine, mode, prompts: count, seeds, promptSeconds, seed },
    ...(mode === 'answer' ? { exchanges } : { seconds }),
    ...measured,
    models: players.map(({ runs: _, ...player }, index) => ({ ...player, ...measured.models[index]! })),
  };
  return { data: result, text: () => longWords(result), page: () => longPage(result) };
}

async function short(plan: Plan, music: Music, context: StudyContext): Promise<Findings> {
  const { seconds, seed, promptSeconds, count } = plan;
  const excerpts = takeExcerpts(music.codec, music.pieces, { count, seed, promptSeconds, seconds });
  const play: PlayRun<readonly Note[]> = (performer, index, { params, progress }) => {
    const { prompt, end } = excerpts[index]!;
    const notes = continuePerformance(performer, { notes: prompt, pedal: [] }, { seconds, params, progress });
    return excerpt(notes, end, seconds);
  };
  const players = await playAll({ count, seed, play }, music.models, context);
  const played = players.map(({ runs }) => runs);
  const measured = report(excerpts, played, { seconds, seed });
  const result: PianoResult = {
    ...{ data: music.name, ...context.engine, promptSeconds, seconds, seed, ...measured },
    models: players.map(({ runs: _, ...player }, index) => ({ ...player, ...measured.models[index]! })),
  };
  return {
    data: result,
    text: () => pianoWords(result),
    page: () => pianoPage(result, excerpts, played),
  };
}

/** Lets each model in turn play all runs. */
async function playAll<Run>(
  runs: Runs<Run> & { readonly seed: number },
  models: readonly string[],
  context: StudyContext,
): Promise<Player<Run>[]> {
  const players: Player<Run>[] = [];
  for (const model of models) {
    const setup = { plugin: 'piano', model, ...context.engine, seed: runs.seed };
    players.push(await playRuns(setup, runs, context));
  }
  return players;
}

type Plan = CourseOptions & {
  readonly mode: CourseName;
  readonly isLong: boolean;
  readonly keep: string | null;
};

/** The plan of an evaluation. Throws OPTION_VALUE if an option does not apply to the mode. */
function planOf(values: Values): Plan {
  const { mode, seeds, keep, seed } = values;
  const meant = {
    prompt: ['continue', 'answer'],
    seconds: ['continue', 'duet', 'solo'],
    exchanges: ['answer'],
  };
  for (const [name, modes] of Object.entries(meant))
    if (values[name as keyof typeof meant] !== null && !modes.includes(mode)) throw notIn(name, mode, modes);
  const goesOn = mode === 'continue';
  const seconds = values.seconds ?? (goesOn ? SHORT : MINUTES);
  const isLong = !goesOn || seconds >= LONG;
  if (!goesOn && seconds < LONG) throw tooShort(mode);
  if (!isLong && seeds > 1) throw ofLong('seeds');
  if (!isLong && keep !== null) throw ofLong('keep');
  // Keep this order: --keep identifies runs by it.
  return {
    ...{ mode, isLong, seconds },
    count: values.count ?? (isLong ? LONG_RUNS : PLACES),
    ...{ seeds, keep },
    promptSeconds: values.prompt ?? PROMPT,
    exchanges: values.exchanges ?? EXCHANGES,
    seed,
  };
}

/** The codec of a data set. Throws CODEC_UNKNOWN if it holds no performances. */
function codecOf(vocabularyHash: string, data: string): PerformanceCodec {
  const codec = codecs.find(({ vocabulary }) => vocabulary.hash === vocabularyHash);
  if (codec !== undefined) return codec;
  throw new ContinuoError(
    'CODEC_UNKNOWN',
    `Expected performances, but ${data} is written in vocabulary ${vocabularyHash}.`,
    `Make the data set with a codec of performances: ${codecs.map(({ id }) => id).join(', ')}.`,
  );
}

function ofLong(option: string): ContinuoError {
  return new ContinuoError(
    'OPTION_VALUE',
    `--${option} is for what goes on for ${LONG} s or more, or in turns.`,
    'Ask for more places with --count, or for longer ones with --seconds.',
  );
}

function notIn(option: string, mode: string, modes: readonly string[]): ContinuoError {
  return new ContinuoError(
    'OPTION_VALUE',
    `--${option} means nothing in the mode ${mode}; it is for ${modes.join(', ')}.`,
    'Leave it out, or choose another --mode.',
  );
}

function tooShort(mode: string): ContinuoError {
  return new ContinuoError(
    'OPTION_VALUE',
    `--seconds takes ${LONG} or more in the mode ${mode}, which is measured by windows.`,
  );
}

import { defineCommand } from 'citty';
import type { PerformanceCodec } from '../../codec/codec.js';
import { codecs } from '../../codec/index.js';
import { continuePerformance } from '../../ensemble/continuation.js';
import { ContinuoError } from '../../errors.js';
import { excerpt, takeExcerpts } from '../../evaluation/piano/excerpts.js';
import { longReport, type MeasuredRun } from '../../evaluation/piano/long.js';
import { report } from '../../evaluation/piano/report.js';
import { modelThatSpeaks } from '../../host/models/open-model.js';
import { defaultValues } from '../../plugin/params.js';
import { readDataset } from '../../training/dataset/read-dataset.js';
import { reportStream, requireOutput, writeOutput } from '../files.js';
import { ENGINE_ARGS, engineOf, PARAM_ARGS, paramsOf } from '../live/session-options.js';
import { choiceOption, integerOption, numberOption } from '../options.js';
import { type KeptRuns, keepRuns } from './kept-runs.js';
import { COURSES, type CourseName, type CourseOptions, courseOf } from './piano-courses.js';
import { LONG, type LongResult, longPage, longWords } from './piano-long.js';
import { pianoPage } from './piano-page.js';
import { type Player, type PlayRun, playRuns } from './piano-play.js';
import { type PianoResult, pianoWords } from './piano-words.js';

/** Defaults: places for short continuations, runs of minutes, seconds listened, seconds gone on for. */
const [PLACES, LONG_RUNS, PROMPT, SHORT, MINUTES] = [500, 24, 8, 20, 600];

export default defineCommand({
  meta: {
    name: 'piano',
    description:
      'Have models go on from places in held-out music, as in a session, and compare with how the music really went on.',
  },
  args: {
    data: {
      type: 'string',
      description: 'A data set made by continuo dataset build; its valid split is used',
      valueHint: 'DATASET',
      required: true,
    },
    model: {
      type: 'string',
      description:
        "Models' names or folders, as many as you like (default: one that speaks the data set's vocabulary)",
      valueHint: 'ID|FOLDER,…',
    },
    mode: {
      type: 'string',
      default: 'continue',
      description: `What they do: ${COURSES.join(', ')}. By minutes, or exchange by exchange, but for short continuations`,
      valueHint: 'MODE',
    },
    count: {
      type: 'string',
      description: `How many places (default: ${PLACES}; ${LONG_RUNS} where each goes on for minutes)`,
      valueHint: 'N',
    },
    prompt: {
      type: 'string',
      description: `How long the models listen; in answer, how long each phrase is (default: ${PROMPT})`,
      valueHint: 'S',
    },
    seconds: {
      type: 'string',
      description: `How long they go on (default: ${SHORT}; in duet and solo ${MINUTES}); from ${LONG} on it is measured by windows, beside whole pieces`,
      valueHint: 'S',
    },
    exchanges: {
      type: 'string',
      description: 'In answer: how many phrases they answer (default: 40)',
      valueHint: 'N',
    },
    seeds: {
      type: 'string',
      default: '1',
      description: 'How often each is played, where it goes on for minutes',
      valueHint: 'N',
    },
    keep: {
      type: 'string',
      description:
        'Where it goes on for minutes: write runs there as they come; given again, it goes on from there',
      valueHint: 'FILE',
    },
    seed: {
      type: 'string',
      default: '1',
      description: 'The places; place N is continued with seed + N',
      valueHint: 'N',
    },
    html: { type: 'string', description: 'Also a page with plots and piano rolls', valueHint: 'FILE' },
    json: { type: 'boolean', default: false, description: 'One JSON object' },
    ...ENGINE_ARGS,
    ...PARAM_ARGS,
  },
  async run({ args }) {
    const plan = planOf(args);
    const { mode, isLong, keep, ...options } = plan;
    const engine = engineOf(args);
    if (args.html !== undefined) await requireOutput(args.html, { binary: false });
    const data = await readDataset(args.data, 'valid');
    const models = args.model?.split(',') ?? [(await modelThatSpeaks(data.vocabularyHash)).id];
    const codec = codecOf(data.vocabularyHash, args.data);
    const { seconds, seed, promptSeconds, count, seeds, exchanges } = options;
    const each = async <Run>(runs: number, playRun: PlayRun<Run>, kept?: KeptRuns<Run>) => {
      const players: Player<Run>[] = [];
      for (const model of models) {
        players.push(
          await playRuns(
            { plugin: 'piano', model, ...engine, seed },
            runs,
            (specs) => ({ ...defaultValues(specs), ...paramsOf(args, specs) }),
            playRun,
            kept,
          ),
        );
      }
      return players;
    };
    if (isLong) {
      const course = courseOf(mode, codec, data.pieces, options);
      const settings = { vocabulary: data.vocabularyHash, ...engine, mode, ...options };
      const kept = keep === undefined ? undefined : await keepRuns<MeasuredRun>(keep, settings);
      const players = await each(count * seeds, course.play, kept);
      const measured = longReport({ ...course, models: players.map(({ runs }) => runs) }, course.stretch);
      const long: LongResult = {
        ...{ data: args.data, ...engine, mode, prompts: count, seeds, promptSeconds, seed },
        ...(mode === 'answer' ? { exchanges } : { seconds }),
        ...measured,
        models: players.map(({ runs: _, ...player }, index) => ({ ...player, ...measured.models[index]! })),
      };
      if (args.html !== undefined) await writeOutput(args.html, longPage(long));
      reportStream(args.html).write(args.json ? `${JSON.stringify(long)}\n` : longWords(long));
      return;
    }
    const excerpts = takeExcerpts(codec, data.pieces, { count, seed, promptSeconds, seconds });
    const players = await each(count, (ensemble, index, { params, progress }) => {
      const { prompt, end } = excerpts[index]!;
      const notes = continuePerformance(
        ensemble,
        { notes: prompt, pedal: [] },
        { seconds, params, progress },
      );
      return excerpt(notes, end, seconds);
    });
    const played = players.map(({ runs }) => runs);
    const measured = report(excerpts, played, { seconds, seed });
    const result: PianoResult = {
      ...{ data: args.data, ...engine, promptSeconds, seconds, seed, ...measured },
      models: players.map(({ runs: _, ...player }, index) => ({ ...player, ...measured.models[index]! })),
    };
    if (args.html !== undefined) await writeOutput(args.html, pianoPage(result, excerpts, played));
    reportStream(args.html).write(args.json ? `${JSON.stringify(result)}\n` : pianoWords(result));
  },
});

interface Args {
  readonly mode: string;
  readonly count?: string | undefined;
  readonly prompt?: string | undefined;
  readonly seconds?: string | undefined;
  readonly exchanges?: string | undefined;
  readonly seeds: string;
  readonly seed: string;
  readonly keep?: string | undefined;
}

/** What is to be played. Throws OPTION_VALUE, also where an option means nothing in the mode. */
function planOf(args: Args): CourseOptions & {
  readonly mode: CourseName;
  readonly isLong: boolean;
  readonly keep: string | undefined;
} {
  const mode = choiceOption('mode', args.mode, COURSES);
  const meant = {
    prompt: ['continue', 'answer'],
    seconds: ['continue', 'duet', 'solo'],
    exchanges: ['answer'],
  };
  for (const [name, modes] of Object.entries(meant))
    if (args[name as keyof typeof meant] !== undefined && !modes.includes(mode))
      throw notIn(name, mode, modes);
  const goesOn = mode === 'continue';
  const seconds = numberOption('seconds', args.seconds ?? String(goesOn ? SHORT : MINUTES), 1, 3600);
  const isLong = !goesOn || seconds >= LONG;
  if (!goesOn && seconds < LONG) throw tooShort(mode);
  const count = integerOption('count', args.count ?? String(isLong ? LONG_RUNS : PLACES), 2, 100_000);
  const seeds = integerOption('seeds', args.seeds, 1, 100);
  if (!isLong && seeds > 1) throw ofLong('seeds');
  if (!isLong && args.keep !== undefined) throw ofLong('keep');
  return {
    ...{ mode, isLong, seconds, count, seeds, keep: args.keep },
    promptSeconds: numberOption('prompt', args.prompt ?? String(PROMPT), 1, 60),
    exchanges: integerOption('exchanges', args.exchanges ?? '40', 1, 1000),
    seed: integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER - count * seeds),
  };
}

/** The codec that a data set is written in. Throws CODEC_UNKNOWN where it holds no performances. */
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

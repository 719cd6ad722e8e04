import { defineCommand } from 'citty';
import type { PerformanceCodec } from '../codec/codec.js';
import { codecs } from '../codec/index.js';
import { ContinuoError } from '../errors.js';
import { assemble, drawsOf, type Setup } from '../host/assemble.js';
import { continuePerformance } from '../host/continuation.js';
import { modelThatSpeaks } from '../host/open-model.js';
import type { ParamValues } from '../plugin/definition.js';
import { defaultValues } from '../plugin/params.js';
import { type Excerpt, excerpt, takeExcerpts } from '../training/piano-excerpts.js';
import { type Continuations, report } from '../training/piano-report.js';
import { readDataset } from '../training/read-dataset.js';
import { pianoPage } from './evaluate-piano-page.js';
import { type PianoResult, pianoWords } from './evaluate-piano-words.js';
import { reportStream, requireOutput, writeOutput } from './files.js';
import { integerOption, numberOption } from './options.js';
import { progressBar } from './progress.js';
import { ENGINE_ARGS, engineOf, PARAM_ARGS, paramsOf } from './session-options.js';

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
    count: { type: 'string', default: '500', description: 'How many places', valueHint: 'N' },
    prompt: { type: 'string', default: '8', description: 'How long the models listen', valueHint: 'S' },
    seconds: { type: 'string', default: '20', description: 'How long they go on', valueHint: 'S' },
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
    const count = integerOption('count', args.count, 2, 100_000);
    const promptSeconds = numberOption('prompt', args.prompt, 1, 60);
    const seconds = numberOption('seconds', args.seconds, 1, 300);
    const seed = integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER - count);
    const engine = engineOf(args);
    if (args.html !== undefined) await requireOutput(args.html, { binary: false });
    const data = await readDataset(args.data, 'valid');
    const models = args.model?.split(',') ?? [(await modelThatSpeaks(data.vocabularyHash)).id];
    const excerpts = takeExcerpts(codecOf(data.vocabularyHash, args.data), data.pieces, {
      count,
      seed,
      promptSeconds,
      seconds,
    });
    const players: Player[] = [];
    for (const model of models) {
      players.push(
        await play({ plugin: 'piano', model, ...engine, seed }, excerpts, seconds, (specs) => ({
          ...defaultValues(specs),
          ...paramsOf(args, specs),
        })),
      );
    }
    const played = players.map(({ continuations }) => continuations);
    const measured = report(excerpts, played, { seconds, seed });
    const result: PianoResult = {
      data: args.data,
      ...engine,
      promptSeconds,
      seconds,
      seed,
      ...measured,
      models: players.map(({ continuations: _, ...player }, index) => ({
        ...player,
        ...measured.models[index]!,
      })),
    };
    if (args.html !== undefined) await writeOutput(args.html, pianoPage(result, excerpts, played));
    reportStream(args.html).write(args.json ? `${JSON.stringify(result)}\n` : pianoWords(result));
  },
});

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

/** What one model made of all prompts. */
interface Player {
  readonly model: string;
  readonly modelHash: string;
  readonly params: ParamValues;
  readonly secondsTaken: number;
  readonly continuations: Continuations;
}

/** Each prompt is continued as `continuo continue --seed` does it: the plugin, its grammar and sampler, a fresh state. */
async function play(
  setup: Setup,
  excerpts: readonly Excerpt[],
  seconds: number,
  paramsFrom: (specs: Parameters<typeof defaultValues>[0]) => ParamValues,
): Promise<Player> {
  const ensemble = await assemble(setup);
  const bar = progressBar(setup.model);
  const began = performance.now();
  try {
    const params = paramsFrom(ensemble.descriptor.params);
    const continuations = excerpts.map(({ prompt, end }, index) => {
      const draws = drawsOf(ensemble.codec.vocabulary.size, setup.seed + index);
      const notes = continuePerformance(
        { ...ensemble, draws },
        { notes: prompt, pedal: [] },
        { seconds, params },
      );
      bar.show((index + 1) / excerpts.length);
      return excerpt(notes, end, seconds);
    });
    const secondsTaken = Number(((performance.now() - began) / 1000).toFixed(1));
    return { model: setup.model, modelHash: ensemble.modelHash, params, secondsTaken, continuations };
  } finally {
    bar.done();
    ensemble.engine.dispose();
  }
}

import { defineCommand } from 'citty';
import type { PerformanceCodec } from '../codec/codec.js';
import { codecs } from '../codec/index.js';
import { ContinuoError } from '../errors.js';
import { modelThatSpeaks } from '../host/open-model.js';
import { defaultValues } from '../plugin/params.js';
import { takeExcerpts } from '../training/piano-excerpts.js';
import { longReport } from '../training/piano-long.js';
import { report } from '../training/piano-report.js';
import { readDataset } from '../training/read-dataset.js';
import { LONG, type LongResult, longPage, longWords } from './evaluate-piano-long.js';
import { pianoPage } from './evaluate-piano-page.js';
import { type Player, play } from './evaluate-piano-play.js';
import { type PianoResult, pianoWords } from './evaluate-piano-words.js';
import { reportStream, requireOutput, writeOutput } from './files.js';
import { integerOption, numberOption } from './options.js';
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
    seconds: {
      type: 'string',
      default: '20',
      description: `How long they go on; from ${LONG} on it is measured by windows, beside whole pieces`,
      valueHint: 'S',
    },
    seeds: {
      type: 'string',
      default: '1',
      description: `How often each place is gone on from, where they go on for ${LONG} s or more`,
      valueHint: 'N',
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
    const count = integerOption('count', args.count, 2, 100_000);
    const promptSeconds = numberOption('prompt', args.prompt, 1, 60);
    const seconds = numberOption('seconds', args.seconds, 1, 3600);
    const seeds = integerOption('seeds', args.seeds, 1, 100);
    const isLong = seconds >= LONG;
    if (seeds > 1 && !isLong) throw seedsOfLong();
    const seed = integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER - count * seeds);
    const engine = engineOf(args);
    if (args.html !== undefined) await requireOutput(args.html, { binary: false });
    const data = await readDataset(args.data, 'valid');
    const models = args.model?.split(',') ?? [(await modelThatSpeaks(data.vocabularyHash)).id];
    const codec = codecOf(data.vocabularyHash, args.data);
    // Pieces are not so long: whole ones stand beside what goes on for minutes.
    const places = takeExcerpts(codec, data.pieces, {
      ...{ count, seed, promptSeconds },
      seconds: isLong ? 0 : seconds,
    });
    const excerpts = Array.from({ length: seeds }, () => places).flat();
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
    if (isLong) {
      const pieces = data.pieces.map(({ tokens }) => codec.decode(tokens.subarray(1)));
      const runs = played.map((of) => of.map((notes, index) => ({ prompt: excerpts[index]!.prompt, notes })));
      const measured = longReport(pieces, runs, seconds);
      const long: LongResult = {
        ...{ data: args.data, ...engine, prompts: count, seeds, promptSeconds, seconds, seed },
        people: measured.people,
        models: players.map(({ continuations: _, ...player }, index) => ({
          ...player,
          ...measured.models[index]!,
        })),
      };
      if (args.html !== undefined) await writeOutput(args.html, longPage(long));
      reportStream(args.html).write(args.json ? `${JSON.stringify(long)}\n` : longWords(long));
      return;
    }
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

function seedsOfLong(): ContinuoError {
  return new ContinuoError(
    'OPTION_VALUE',
    `--seeds is for continuations of ${LONG} s or more, where places are few.`,
    'Ask for more places with --count, or for longer ones with --seconds.',
  );
}

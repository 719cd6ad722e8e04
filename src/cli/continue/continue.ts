import { type ArgsDef, type CommandDef, defineCommand } from 'citty';
import { ContinuoError } from '../../errors.js';
import { findModel } from '../../host/models/models.js';
import { findPlugin } from '../../host/plugins/plugins.js';
import { accompanied, toPerformance } from '../../music/to-performance.js';
import { defaultValues } from '../../plugin/params.js';
import { reportStream, requireOutput, writeOutput } from '../files.js';
import type { FlagArgs } from '../generate/flag-names.js';
import { readMidiInput } from '../live/midi-input.js';
import { paramsOf, SETUP_ARGS, type SetupOptions, setupOf } from '../live/session-options.js';
import { readOptions } from '../option-flags.js';
import { integerOption, numberOption } from '../options.js';
import { pluginIn } from '../plugin-in.js';
import { progressBar } from '../progress.js';
import { continueArgs, MOST_COUNTED_IN } from './args.js';
import { played } from './played.js';

/** `continuo continue`, with the options of the plugin that is given by --plugin. */
export async function continueCommand(args: readonly string[] = []): Promise<CommandDef> {
  const { descriptor } = await findPlugin(pluginIn(args) ?? SETUP_ARGS.plugin.default);
  const { offline } = descriptor;
  const accompanies = offline?.does === 'accompanies';
  return defineCommand({
    meta: {
      name: 'continue',
      description: accompanies
        ? `Play along with what a MIDI file plays: ${descriptor.description ?? descriptor.name}`
        : 'Go on from what a MIDI file plays.',
    },
    args: continueArgs(offline) as ArgsDef,
    // The flags come from the plugin's descriptor, so citty cannot derive the types of their values.
    run: ({ args }) => run(args as unknown as ContinueArgs),
  });
}

/** Parsed arguments. */
type ContinueArgs = SetupOptions &
  FlagArgs & {
    readonly input: string;
    readonly out: string;
    readonly seconds?: string;
    readonly 'count-in'?: string;
    readonly 'reply-only': boolean;
    readonly json: boolean;
    readonly temperature?: string;
    readonly set?: string;
  };

async function run(args: ContinueArgs): Promise<void> {
  const seconds = args.seconds === undefined ? undefined : numberOption('seconds', args.seconds, 0.1, 3600);
  const countIn = integerOption('count-in', args['count-in'] ?? '0', 0, MOST_COUNTED_IN);
  const { descriptor } = await findPlugin(args.plugin);
  const options = readOptions(args, descriptor.offline?.options ?? {});
  await requireOutput(args.out, { binary: true });
  const { midi, piece } = await readMidiInput(args.input);
  const along = descriptor.offline?.does === 'accompanies';
  const performance = along ? accompanied(piece) : toPerformance(piece);
  const setup = await setupOf(args);
  const params = { ...defaultValues(descriptor.params), ...paramsOf(args, descriptor.params) };
  const bar = progressBar(along ? 'playing along' : 'continuing');
  const music = await played(setup, {
    ...{ piece, performance, seconds, countIn, params, options },
    progress: bar.show,
  }).finally(bar.done);
  if (music.model === null && args.model !== undefined) throw withoutModel(descriptor.id, args.model);
  await writeOutput(args.out, args['reply-only'] ? music.alone(midi) : music.withFile(midi));
  const licence = music.model === null ? null : findModel(music.model).licence;
  const { notes, from, steps } = music;
  const done = {
    ...{ output: args.out, notes, from, seconds: music.seconds, seed: setup.seed, model: music.model },
    ...(licence !== null && { licence }),
    steps,
  };
  reportStream(args.out).write(
    args.json
      ? `${JSON.stringify(done)}\n`
      : `${args.out}: ${notes} notes in ${Number(music.seconds.toFixed(2))} s, seed ${setup.seed}${licence === null ? '' : `; the model is under ${licence}`}\n`,
  );
}

function withoutModel(plugin: string, model: string): ContinuoError {
  return new ContinuoError(
    'MODEL_MISMATCH',
    `The plugin ${plugin} plays with files without a model; it was given ${model}.`,
    'Leave --model out.',
  );
}

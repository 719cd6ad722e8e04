import { defineCommand } from 'citty';
import { beatsHeard, continueInBeats, MOST_CANDIDATES } from '../host/continue/continue-in-beats.js';
import { findModel } from '../host/models/models.js';
import {
  type HostPerformer,
  openBeatPerformer,
  openHostPerformer,
} from '../host/models/open-host-performer.js';
import { continuationAlone, withContinuation } from '../music/midi/append.js';
import { toPerformance } from '../music/to-performance.js';
import { continuePerformance } from '../performer/continuation.js';
import { defaultValues } from '../plugin/params.js';
import { reportStream, requireOutput, writeOutput } from './files.js';
import { readMidiInput } from './live/midi-input.js';
import { PARAM_ARGS, paramsOf, SETUP_ARGS, setupOf } from './live/session-options.js';
import { integerOption, numberOption } from './options.js';
import { progressBar } from './progress.js';

export default defineCommand({
  meta: { name: 'continue', description: 'Go on from what a MIDI file plays.' },
  args: {
    input: {
      type: 'positional',
      description: 'A MIDI file, - for standard input',
      valueHint: 'IN.mid',
      required: true,
    },
    out: {
      type: 'string',
      alias: ['o', 'output'],
      description: 'Where the music goes, - for standard output',
      valueHint: 'OUT.mid',
      required: true,
    },
    seconds: { type: 'string', default: '30', description: 'How long to go on', valueHint: 'S' },
    candidates: {
      type: 'string',
      description: 'Models with a critic of continuations choose each four bars from so many (default: 8)',
      valueHint: 'N',
    },
    'reply-only': {
      type: 'boolean',
      default: false,
      description: 'The continuation alone, from its first note on',
    },
    json: { type: 'boolean', default: false, description: 'Say what was done as one JSON object' },
    ...SETUP_ARGS,
    ...PARAM_ARGS,
  },
  async run({ args }) {
    const seconds = numberOption('seconds', args.seconds, 0.1, 3600);
    const candidates =
      args.candidates === undefined
        ? {}
        : { candidates: integerOption('candidates', args.candidates, 1, MOST_CANDIDATES) };
    await requireOutput(args.out, { binary: true });
    const { midi, piece } = await readMidiInput(args.input);
    const performance = toPerformance(piece);

    const setup = await setupOf(args);
    const licence = setup.model === null ? null : findModel(setup.model).licence;
    const inBeats = await openBeatPerformer(setup);
    const performer = inBeats ?? (await openHostPerformer(setup));
    const specs = performer.descriptor.params;
    const bar = progressBar('continuing');
    try {
      const options = {
        from: piece.duration,
        seconds,
        close: true,
        ...candidates,
        params: { ...defaultValues(specs), ...paramsOf(args, specs) },
        progress: bar.show,
      };
      const reply = inBeats
        ? continueInBeats(inBeats, performance, beatsHeard(piece, performance, piece.duration), options)
        : continuePerformance(performer as HostPerformer, performance, options);
      bar.done();
      await writeOutput(
        args.out,
        args['reply-only'] ? continuationAlone(midi, reply) : withContinuation(midi, reply),
      );
      const { engine } = performer;
      const done = {
        output: args.out,
        notes: reply.length,
        from: piece.duration,
        seconds,
        seed: setup.seed,
        model: setup.model,
        ...(licence !== null && { licence }),
        steps: engine.steps,
      };
      reportStream(args.out).write(
        args.json
          ? `${JSON.stringify(done)}\n`
          : `${args.out}: ${reply.length} notes in ${seconds} s, seed ${setup.seed}${licence === null ? '' : `; the model is under ${licence}`}\n`,
      );
    } finally {
      bar.done();
      performer.engine.dispose();
    }
  },
});

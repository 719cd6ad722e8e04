import { defineCommand } from 'citty';
import { assemble } from '../host/assemble.js';
import { continuePerformance } from '../host/continuation.js';
import { findModel } from '../host/models.js';
import { readMidi, writeMidi } from '../music/midi/index.js';
import type { MidiPiece } from '../music/midi/piece.js';
import { MidiWarnings } from '../music/midi/warnings.js';
import { toPerformance } from '../music/to-performance.js';
import { defaultValues } from '../plugin/params.js';
import { inputName, readInput, reportStream, requireOutput, writeOutput } from './files.js';
import { numberOption } from './options.js';
import { progressBar } from './progress.js';
import { PARAM_ARGS, paramsOf, SETUP_ARGS, setupOf } from './session-options.js';

export default defineCommand({
  meta: { name: 'continue', description: 'Go on from what a MIDI file plays.' },
  args: {
    input: {
      type: 'positional',
      description: 'A MIDI file, - for standard input',
      valueHint: 'IN.mid',
      required: true,
    },
    output: {
      type: 'string',
      alias: 'o',
      description: 'Where the music goes, - for standard output',
      valueHint: 'OUT.mid',
      required: true,
    },
    seconds: { type: 'string', default: '30', description: 'How long to go on', valueHint: 'S' },
    'reply-only': { type: 'boolean', default: false, description: 'Leave out what the input file plays' },
    json: { type: 'boolean', default: false, description: 'Say what was done as one JSON object' },
    ...SETUP_ARGS,
    ...PARAM_ARGS,
  },
  async run({ args }) {
    const seconds = numberOption('seconds', args.seconds, 0.1, 3600);
    await requireOutput(args.output, { binary: true });
    const bytes = await readInput(args.input);
    const warnings = new MidiWarnings();
    let piece: MidiPiece;
    try {
      piece = readMidi(bytes, warnings);
    } finally {
      // What is odd may be why a file is refused.
      for (const line of warnings.lines()) process.stderr.write(`${inputName(args.input)}: ${line}\n`);
    }
    const performance = toPerformance(piece);

    const setup = await setupOf(args);
    const { licence } = findModel(setup.model);
    const ensemble = await assemble(setup);
    const specs = ensemble.descriptor.params;
    const bar = progressBar('continuing');
    try {
      const reply = continuePerformance(ensemble, performance, {
        seconds,
        params: { ...defaultValues(specs), ...paramsOf(args, specs) },
        progress: bar.show,
      });
      bar.done();
      const first = { name: 'input', channel: 0, events: [...performance.notes], pedal: performance.pedal };
      const second = { name: 'continuation', channel: 1, events: reply };
      await writeOutput(args.output, writeMidi(args['reply-only'] ? [second] : [first, second]));
      const { engine } = ensemble;
      const done = {
        output: args.output,
        notes: reply.length,
        seconds,
        seed: setup.seed,
        model: setup.model,
        ...(licence !== null && { licence }),
        steps: engine.steps,
      };
      reportStream(args.output).write(
        args.json
          ? `${JSON.stringify(done)}\n`
          : `${args.output}: ${reply.length} notes in ${seconds} s, seed ${setup.seed}${licence === null ? '' : `; the model is under ${licence}`}\n`,
      );
    } finally {
      bar.done();
      ensemble.engine.dispose();
    }
  },
});

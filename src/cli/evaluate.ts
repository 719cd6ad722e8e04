import { defineCommand } from 'citty';
import { ContinuoError } from '../errors.js';
import { assemble } from '../host/assemble.js';
import { heldOut, listening } from '../training/evaluation.js';
import { readDataset } from '../training/read-dataset.js';
import { integerOption } from './options.js';
import { progressBar } from './progress.js';
import { SETUP_ARGS, setupOf } from './session-options.js';

export default defineCommand({
  meta: {
    name: 'evaluate',
    description: 'Measure a model on held-out music: what it costs, and whether the model listens.',
  },
  args: {
    data: {
      type: 'positional',
      description: 'A data set made by continuo dataset build',
      valueHint: 'FOLDER',
      required: true,
    },
    prompts: {
      type: 'string',
      default: '200',
      description: 'Places at which listening is measured',
      valueHint: 'N',
    },
    json: { type: 'boolean', default: false, description: 'One JSON object' },
    ...SETUP_ARGS,
  },
  async run({ args }) {
    const prompts = integerOption('prompts', args.prompts, 1, 100_000);
    const setup = await setupOf({ ...args, seed: args.seed ?? '1' });
    const ensemble = await assemble(setup);
    const bar = progressBar('evaluating');
    try {
      const { vocabularyHash, pieces } = await readDataset(args.data, 'valid');
      if (vocabularyHash !== ensemble.codec.vocabulary.hash) {
        throw new ContinuoError(
          'MODEL_MISMATCH',
          `${args.data} is written in vocabulary ${vocabularyHash}; ${setup.model} speaks ${ensemble.codec.vocabulary.hash} (${ensemble.codec.id}).`,
          `Make the data set with --codec ${ensemble.codec.id}.`,
        );
      }
      const cost = heldOut(ensemble.engine, pieces, (share) => bar.show(0.6 * share));
      const heard = listening(ensemble.engine, pieces, {
        prompts,
        seed: setup.seed,
        progress: (share) => bar.show(0.6 + 0.4 * share),
      });
      bar.done();
      const { model, engine, precision } = setup;
      const result = { model, engine, precision, heldOut: cost, listening: heard };
      process.stdout.write(args.json ? `${JSON.stringify(result)}\n` : words(result));
    } finally {
      bar.done();
      ensemble.engine.dispose();
    }
  },
});

interface Result {
  readonly model: string;
  readonly engine: string;
  readonly precision: string;
  readonly heldOut: ReturnType<typeof heldOut>;
  readonly listening: ReturnType<typeof listening>;
}

function words({ model, engine, precision, heldOut: cost, listening: heard }: Result): string {
  const { mean, low, high } = heard.gain;
  return [
    `${model} (${engine}, ${precision})`,
    `  held out   ${cost.natsPerToken.toFixed(4)} nats a token, ${cost.natsPerNote.toFixed(3)} nats a note (${cost.pieces} pieces, ${cost.tokens} tokens)`,
    `  listening  the true continuation costs ${heard.own.toFixed(3)} nats a token after its own prompt, ${heard.other.toFixed(3)} after another's:`,
    `             ${mean.toFixed(3)} less (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}), cheaper in ${Math.round(100 * heard.share)} % of ${heard.prompts}`,
    '',
  ].join('\n');
}

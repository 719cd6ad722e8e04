import { defineCommand } from 'citty';
import { STUDIES } from '../../evaluation/studies.js';
import { ENGINE_ARGS, engineOf } from '../live/session-options.js';
import { integerOption } from '../options.js';
import { progressBar } from '../progress.js';
import { studyCommand } from './study-command.js';

/** A command for each study; loaded lazily. */
const SUB_COMMANDS = Object.fromEntries(
  Object.entries(STUDIES).map(([name, load]) => [name, async () => studyCommand(await load())]),
);

export default defineCommand({
  meta: {
    name: 'evaluate',
    description:
      'Measure a model on held-out music: nats per token beside a 5-gram, and whether the model listens.',
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
    baseline: {
      type: 'boolean',
      default: true,
      description: "Train a modified Kneser-Ney 5-gram on the data set's train split, to compare with",
      negativeDescription: 'Leave the 5-gram out',
    },
    json: { type: 'boolean', default: false, description: 'Print one JSON object' },
    model: {
      type: 'string',
      description: "A model's name, or its folder (default: the first that has the data set's vocabulary)",
      valueHint: 'ID|FOLDER',
    },
    recall: {
      type: 'boolean',
      default: true,
      description: 'Use recall of earlier bars, where the model has it',
      negativeDescription: 'Without recall',
    },
    cache: {
      type: 'boolean',
      default: true,
      description: 'Use the cache of what followed in similar states, where the model has it',
      negativeDescription: 'Without the cache',
    },
    memory: ENGINE_ARGS.memory,
    engine: ENGINE_ARGS.engine,
    precision: ENGINE_ARGS.precision,
    seed: { type: 'string', default: '1', description: 'Where listening is measured', valueHint: 'N' },
  },
  // A data set with the name of a study can be given as ./NAME.
  subCommands: SUB_COMMANDS,
  async run({ args }) {
    const options = {
      data: args.data,
      model: args.model,
      prompts: integerOption('prompts', args.prompts, 1, 100_000),
      seed: integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER),
      ...engineOf(args),
      memory: memoryOf(args),
      baseline: args.baseline,
      bar: progressBar,
    };
    const { measureModel } = await import('../../evaluation/held-out/measure-model.js');
    const { costsText } = await import('../../evaluation/held-out/words.js');
    const costs = await measureModel(options);
    if (args.baseline && !costs.baseline)
      process.stderr.write(`${args.data} has no music to train on, so there is no 5-gram to compare with.\n`);
    process.stdout.write(args.json ? `${JSON.stringify(costs)}\n` : costsText(costs));
  },
});

/** The memory switches of the model; undefined if none is turned off. */
function memoryOf({ memory, recall, cache }: { memory: boolean; recall: boolean; cache: boolean }) {
  return memory && recall && cache ? undefined : memory && { recall, cache };
}

import { defineCommand } from 'citty';
import { type MemorySwitches, openModelEngine } from '../../ensemble/model-engine.js';
import { ContinuoError } from '../../errors.js';
import {
  type Baseline,
  baseline,
  type HeldOut,
  heldOut,
  type Listening,
  listening,
} from '../../evaluation/evaluation.js';
import { type ChosenModel, modelThatSpeaks, readModel } from '../../host/models/open-model.js';
import { requireTfjsNode } from '../../host/models/tfjs-node.js';
import { folkPlanCodec } from '../../plugins/folk/plan/codec.js';
import { type DatasetPiece, readDataset } from '../../training/dataset/read-dataset.js';
import { ENGINE_ARGS, engineOf } from '../live/session-options.js';
import { integerOption } from '../options.js';
import { progressBar } from '../progress.js';

/** Each is loaded when it is asked for. */
const SUB_COMMANDS = {
  bars: () => import('./bars.js').then((module) => module.default),
  folk: () => import('./folk.js').then((module) => module.default),
  piano: () => import('./piano.js').then((module) => module.default),
};

export default defineCommand({
  meta: {
    name: 'evaluate',
    description:
      'Measure a model on held-out music: what it costs, beside a 5-gram, and whether the model listens.',
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
    json: { type: 'boolean', default: false, description: 'One JSON object' },
    model: {
      type: 'string',
      description:
        "A model's name, or its folder (default: the first here that speaks the data set's vocabulary)",
      valueHint: 'ID|FOLDER',
    },
    recall: {
      type: 'boolean',
      default: true,
      description: 'With recall of bars that came before, where its folder has one',
      negativeDescription: 'Without recall',
    },
    cache: {
      type: 'boolean',
      default: true,
      description: 'With the cache of what came in alike places, where its folder has one',
      negativeDescription: 'Without the cache',
    },
    memory: ENGINE_ARGS.memory,
    engine: ENGINE_ARGS.engine,
    precision: ENGINE_ARGS.precision,
    seed: { type: 'string', default: '1', description: 'Where listening is measured', valueHint: 'N' },
  },
  // A data set of such a name is reached as ./NAME.
  subCommands: SUB_COMMANDS,
  async run({ args }) {
    const prompts = integerOption('prompts', args.prompts, 1, 100_000);
    const seed = integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER);
    const choice = engineOf(args);
    const memory = memoryOf(args);
    const { vocabularyHash, pieces } = await readDataset(args.data, 'valid');
    const model =
      args.model === undefined ? await modelThatSpeaks(vocabularyHash) : await readModel(args.model);
    checkSpeaks(model, vocabularyHash, args.data);
    const engine = await openModelEngine(model, { ...choice, memory, requireTfjsNode });
    try {
      if (pieces.every(({ tokens }) => tokens.length < 2)) {
        throw new ContinuoError(
          'DATASET_EMPTY',
          `Expected held-out music to measure on, but the valid split of ${args.data} is empty.`,
          'Name some of the corpus "valid" in its splits.csv, or hold out all with --held-out, and build the data set again.',
        );
      }
      const counted = args.baseline
        ? await fiveGram(args.data, pieces, engine.spec.outputClasses)
        : undefined;
      const bar = progressBar('evaluating');
      let result: Result;
      try {
        const cost = heldOut(engine, pieces, (share) => bar.show(0.6 * share));
        result = {
          model: model.id,
          ...choice,
          ...(memory !== undefined && { memory }),
          heldOut: cost,
          ...(counted && {
            baseline: counted,
            percentFewer: 100 * (1 - cost.natsPerToken / counted.natsPerToken),
          }),
          listening: listening(engine, pieces, {
            prompts,
            seed,
            progress: (share) => bar.show(0.6 + 0.4 * share),
          }),
        };
      } finally {
        bar.done();
      }
      if (args.baseline && !counted)
        process.stderr.write(`${args.data} has nothing to train on, so no 5-gram stands beside the model.\n`);
      process.stdout.write(args.json ? `${JSON.stringify(result)}\n` : words(result));
    } finally {
      engine.dispose();
    }
  },
});

/** Each memory can be left out, or all of them; undefined where none is. */
function memoryOf({ memory, recall, cache }: { memory: boolean; recall: boolean; cache: boolean }) {
  return memory && recall && cache ? undefined : memory && { recall, cache };
}

function checkSpeaks({ id, metadata }: ChosenModel, vocabularyHash: string, data: string): void {
  if (metadata.codec === folkPlanCodec.id) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `What ${id} is told of a bar is nothing that it foretells, which continuo evaluate does not tell apart.`,
      'training/torch/evaluate.py measures it, and continuo evaluate folk the tunes that it makes.',
    );
  }
  if (metadata.vocabularyHash === vocabularyHash) return;
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `${data} is written in vocabulary ${vocabularyHash}; ${id} speaks ${metadata.vocabularyHash} (${metadata.codec}).`,
    `Make the data set with the codec ${metadata.codec}.`,
  );
}

interface Result {
  readonly model: string;
  readonly engine: string;
  readonly precision: string;
  /** Said where one of them is off. */
  readonly memory?: boolean | MemorySwitches | undefined;
  readonly heldOut: HeldOut;
  readonly baseline?: Baseline;
  /** How many per cent fewer nats the network needs than the baseline. */
  readonly percentFewer?: number;
  readonly listening: Listening | null;
}

async function fiveGram(
  folder: string,
  heldOutPieces: readonly DatasetPiece[],
  vocabularySize: number,
): Promise<Baseline | undefined> {
  const { pieces } = await readDataset(folder, 'train');
  if (pieces.length === 0) return undefined;
  const bar = progressBar('counting n-grams');
  try {
    return baseline(pieces, heldOutPieces, { vocabularySize, progress: bar.show });
  } finally {
    bar.done();
  }
}

function words(result: Result): string {
  const { model, engine, precision, memory, heldOut: cost } = result;
  return [
    `${model} (${engine}, ${precision}${memoryWords(memory)})`,
    `  held out   ${costWords(cost)} (${cost.pieces} pieces, ${cost.tokens} tokens)`,
    ...baselineWords(result),
    ...listeningWords(result.listening),
    '',
  ].join('\n');
}

function memoryWords(memory: Result['memory']): string {
  if (memory === false) return ', without memory';
  const off = Object.entries(memory ?? {}).flatMap(([name, on]) => (on ? [] : [name]));
  return off.length === 0 ? '' : `, without ${off.join(' and ')}`;
}

function costWords({ natsPerToken, perplexity, natsPerNote }: HeldOut): string {
  const aNote = natsPerNote === null ? '' : `, ${natsPerNote.toFixed(3)} nats a note`;
  return `${natsPerToken.toFixed(4)} nats a token (perplexity ${perplexity.toFixed(2)})${aNote}`;
}

function baselineWords({ baseline: counted, percentFewer }: Result): string[] {
  if (counted === undefined || percentFewer === undefined) return [];
  const { trainedOn, orders } = counted;
  const undefinedOrders = orders.filter(({ fallback }) => fallback);
  return [
    `  5-gram     ${costWords(counted)}: modified Kneser-Ney, from ${trainedOn.pieces} pieces, ${trainedOn.tokens} tokens;`,
    `             the network needs ${Math.abs(percentFewer).toFixed(1)} % ${percentFewer < 0 ? 'more' : 'fewer'} nats`,
    ...(undefinedOrders.length === 0
      ? []
      : [
          `             (no discounts follow from the counts of its ${undefinedOrders.map(({ order }) => `${order}-grams`).join(', ')}; taken instead: ${undefinedOrders[0]!.discounts.join(', ')})`,
        ]),
  ];
}

function listeningWords(heard: Listening | null): string[] {
  if (heard === null) return ['  listening  not measured: it takes two long pieces'];
  const { mean, low, high } = heard.gain;
  return [
    `  listening  the true continuation costs ${heard.own.toFixed(3)} nats a token after its own prompt, ${heard.other.toFixed(3)} after another's:`,
    `             ${mean.toFixed(3)} less (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}), cheaper in ${Math.round(100 * heard.share)} % of ${heard.prompts}`,
  ];
}

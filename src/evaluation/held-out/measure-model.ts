import { ContinuoError } from '../../errors.js';
import { pluginMemoryOf } from '../../host/models/plugin-memory.js';
import { type ChosenModel, modelWithVocabulary, readModel } from '../../host/models/read-model.js';
import { requireTfjsNode } from '../../host/models/tfjs-node.js';
import type { EngineName, Precision, StepEngine } from '../../model/engine.js';
import { parseJoint } from '../../model/memory/joint.js';
import { type MemorySwitches, openModelEngine } from '../../performer/model-engine.js';
import type { DatasetMeta } from '../../training/dataset/dataset.js';
import { type DatasetPiece, readDataset } from '../../training/dataset/read-dataset.js';
import type { FedAs } from '../../training/fit/feed.js';
import { type HeldOut, heldOut } from '../../training/fit/held-out.js';
import type { StudyContext } from '../study.js';
import { type Baseline, baseline } from './baseline.js';
import { type Listening, listening } from './listening.js';

/** Cross-entropy of a model on held-out music, with comparisons. */
export interface ModelCosts {
  readonly model: string;
  readonly engine: EngineName;
  readonly precision: Precision;
  /** Present only if a memory is turned off. */
  readonly memory?: boolean | MemorySwitches | undefined;
  readonly heldOut: HeldOut;
  /** The 5-gram baseline; absent if it was not requested, or if there is nothing to train it on. */
  readonly baseline?: Baseline;
  /** How many per cent fewer nats the network needs than the baseline. */
  readonly percentFewer?: number;
  readonly listening: Listening | null;
}

export interface MeasureOptions {
  /** Folder of the data set. */
  readonly data: string;
  /** Name or folder of a model; default: the first with the data set's vocabulary. */
  readonly model?: string | undefined;
  readonly engine: EngineName;
  readonly precision: Precision;
  readonly memory?: boolean | MemorySwitches | undefined;
  /** Whether to train a modified Kneser-Ney 5-gram on the train split as a baseline. */
  readonly baseline: boolean;
  /** Number of places at which listening is measured. */
  readonly prompts: number;
  readonly seed: number;
  readonly bar: StudyContext['bar'];
}

/**
 * Measures a model on the valid split of a data set. Throws FILE_READ, MODEL_MISMATCH, DATASET_EMPTY and what opening a model
 * throws.
 */
export async function measureModel(options: MeasureOptions): Promise<ModelCosts> {
  const { engine: name, precision, memory } = options;
  const { meta, pieces } = await readDataset(options.data, 'valid');
  const model =
    options.model === undefined
      ? await modelWithVocabulary(meta.vocabularyHash)
      : await readModel(options.model);
  checkSpeaks(model, meta, options.data);
  const choice = { engine: name, precision };
  const own = await pluginMemoryOf({ id: model.id, codec: model.metadata.codec });
  const engine = await openModelEngine(model, { ...choice, memory, own, requireTfjsNode });
  try {
    checkPieces(pieces, options.data);
    const joint = parseJoint(model.metadata.joint);
    const music: HeldOutMusic = { pieces, fed: joint ? { joint } : {} };
    const counted = options.baseline ? await fiveGram(options, music, engine.spec.outputClasses) : undefined;
    return {
      model: model.id,
      ...choice,
      ...(memory !== undefined && { memory }),
      ...costsOf(engine, music, options, counted),
    };
  } finally {
    engine.dispose();
  }
}

interface HeldOutMusic {
  readonly pieces: readonly DatasetPiece[];
  readonly fed: FedAs;
}

function costsOf(
  engine: StepEngine,
  { pieces, fed }: HeldOutMusic,
  { prompts, seed, bar: barOf }: MeasureOptions,
  counted: Baseline | undefined,
): Pick<ModelCosts, 'heldOut' | 'baseline' | 'percentFewer' | 'listening'> {
  const bar = barOf('evaluating');
  try {
    const cost = heldOut(engine, pieces, { fed, progress: (share) => bar.show(0.6 * share) });
    return {
      heldOut: cost,
      ...(counted && {
        baseline: counted,
        percentFewer: 100 * (1 - cost.natsPerToken / counted.natsPerToken),
      }),
      listening: listening(engine, pieces, {
        prompts,
        seed,
        fed,
        progress: (share) => bar.show(0.6 + 0.4 * share),
      }),
    };
  } finally {
    bar.done();
  }
}

function checkPieces(pieces: readonly DatasetPiece[], data: string): void {
  if (pieces.some(({ tokens }) => tokens.length >= 2)) return;
  throw new ContinuoError(
    'DATASET_EMPTY',
    `Expected held-out music to measure on, but the valid split of ${data} is empty.`,
    'Name some of the corpus "valid" in its splits.csv, or hold out all with --held-out, and build the data set again.',
  );
}

function checkSpeaks(
  { id, metadata }: ChosenModel,
  { vocabularyHash, planning }: DatasetMeta,
  data: string,
): void {
  if (metadata.vocabularyHash !== vocabularyHash)
    throw new ContinuoError(
      'MODEL_MISMATCH',
      `${data} is written in vocabulary ${vocabularyHash}; ${id} speaks ${metadata.vocabularyHash} (${metadata.codec}).`,
      `Make the data set with the codec ${metadata.codec}.`,
    );
  if (planning !== undefined)
    throw new ContinuoError(
      'OPTION_VALUE',
      `Tokens of ${data} are told to ${id} (a plan) and not foretold, which continuo evaluate does not tell apart.`,
      'training/torch/evaluate.py measures it; the other commands of continuo evaluate study what the model makes.',
    );
}

async function fiveGram(
  { data, bar: barOf }: MeasureOptions,
  { pieces: heldOutPieces, fed }: HeldOutMusic,
  vocabularySize: number,
): Promise<Baseline | undefined> {
  const { pieces } = await readDataset(data, 'train');
  if (pieces.length === 0) return undefined;
  const bar = barOf('counting n-grams');
  try {
    return baseline(pieces, heldOutPieces, { vocabularySize, fed, progress: bar.show });
  } finally {
    bar.done();
  }
}

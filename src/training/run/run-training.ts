import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { ChosenModel } from '../../host/models/read-model.js';
import { requireTfjsNode } from '../../host/models/tfjs-node.js';
import type { CorpusPlugin } from '../../host/plugins/corpus-plugins.js';
import { namedWeights, networkOf } from '../../model/named-weights.js';
import type { Network } from '../../model/network.js';
import { importTfjs, type Tf } from '../../model/tfjs.js';
import { modelFiles, roundedToFloat16 } from '../../model/write-folder.js';
import { type CardFacts, card, licenceWords } from '../fit/card.js';
import { type FitHooks, type FitResult, fitNetwork, measureHeldOut } from '../fit/fit.js';
import { type Material, materialHash } from '../fit/material.js';
import { type RunFolder, readRun, requireWritable, writeRun } from '../fit/run-folder.js';
import type { FitSettings } from '../fit/settings.js';
import { filesBesideWeights } from './beside-weights.js';

/** A training run, independent of the kind of material. */
export interface TrainingPlan {
  readonly material: Material;
  /** The plugin that made the material. */
  readonly plugin: CorpusPlugin;
  /** The initial weights: those of a model, or random. */
  readonly network: Network;
  readonly origin: ChosenModel | undefined;
  readonly settings: FitSettings;
  /** Output folder for the model. */
  readonly out: string;
  /** Whether to overwrite an existing training. */
  readonly replace: boolean;
}

export interface TrainingHooks extends Pick<FitHooks, 'progress' | 'measured' | 'signal'> {
  /** Called before the first update with the compute backend and the material. */
  readonly begins?: (backend: string, material: Material) => void;
  /** A message for the user, as one sentence. */
  readonly notice?: (sentence: string) => void;
}

/** Minimum interval between checkpoints. */
const CHECKPOINT_SECONDS = 30;

/**
 * Trains and writes the model folder, after measurements and at the end. `signal` stops early; running the same plan again
 * resumes. Throws TRAINING_OTHER, TRAINING_DIVERGED, DATASET_EMPTY, FILE_WRITE.
 */
export async function runTraining(
  plan: TrainingPlan,
  { begins, notice, ...hooks }: TrainingHooks = {},
): Promise<CardFacts> {
  const { settings, out, network, material } = plan;
  const fingerprint = fingerprintOf(plan);
  const found = plan.replace ? null : await readRun(out);
  if (found) refuseOthers(found.record, fingerprint, out);
  requireWritable(out); // better to know now than after an hour
  const beside = await filesBesideWeights(plan, notice);
  const { tf, backend } = await trainingBackend();
  const write = async (result: FitResult) => writeTrained(plan, { result, backend, beside, fingerprint });
  begins?.(backend, material);
  let written = performance.now();
  const result = await fitNetwork(tf, network, material, {
    settings,
    ...hooks,
    ...(found?.resume ? { resume: found.resume } : {}),
    async checkpoint(result) {
      if (performance.now() - written < 1000 * CHECKPOINT_SECONDS) return;
      await write(result);
      written = performance.now();
    },
  });
  return write(result);
}

interface TrainedModel {
  readonly result: FitResult;
  readonly backend: string;
  readonly beside: Readonly<Record<string, Uint8Array>>;
  /** Default: computed from the plan. */
  readonly fingerprint?: string;
}

/** Writes the model folder of a training, whole, with more files `beside` the weights. Throws FILE_WRITE. */
export async function writeTrained(
  plan: TrainingPlan,
  { result, backend, beside, fingerprint = fingerprintOf(plan) }: TrainedModel,
): Promise<CardFacts> {
  const facts = factsOf(plan, result, backend);
  await writeRun(plan.out, { ...runFolder(plan, facts, fingerprint), beside });
  return facts;
}

/** The contents of the model folder: the network, the model card and the state for resuming. */
function runFolder(
  { origin, material }: TrainingPlan,
  facts: CardFacts,
  fingerprint: string,
): Omit<RunFolder, 'beside'> {
  const { name, result } = facts;
  const finished = result.ended !== 'stopped';
  const metadata = {
    ...origin?.metadata,
    ...material.metadata,
    name,
    corpus: material.corpus,
    licence: licenceWords(facts),
  };
  return {
    files: modelFiles(result.network, { name, generatedBy: 'continuo train', metadata }),
    card: card(facts),
    record: { fingerprint, finished, seconds: result.seconds, curve: result.curve },
    ...(finished ? {} : { resume: result.resume }),
  };
}

/** Loads tfjs-node if installed, else the fastest portable backend of tfjs. Throws ENGINE_UNAVAILABLE. */
export async function trainingBackend(): Promise<{ tf: Tf; backend: string }> {
  let tf: Tf;
  let backend = 'tfjs-node';
  try {
    tf = requireTfjsNode();
  } catch {
    tf = await importTfjs();
    backend = tf.getBackend();
  }
  tf.enableProdMode();
  return { tf, backend };
}

function fingerprintOf({ material, network, settings }: TrainingPlan): string {
  const hash = createHash('sha256');
  const { seconds: _, ...same } = settings;
  hash.update(JSON.stringify([network.spec, same, materialHash(material)]));
  for (const { values } of namedWeights(network))
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest('hex').slice(0, 16);
}

function refuseOthers(
  record: { fingerprint: string; finished: boolean },
  fingerprint: string,
  out: string,
): void {
  if (record.finished) {
    throw new ContinuoError(
      'TRAINING_OTHER',
      `${out} holds a finished training.`,
      `Train it further with --from ${out} and another --out, or overwrite it with --replace.`,
    );
  }
  if (record.fingerprint !== fingerprint) {
    throw new ContinuoError(
      'TRAINING_OTHER',
      `${out} holds an unfinished training of other music, another network or other settings.`,
      'Give the options that it began with to resume it, another --out, or --replace to overwrite it.',
    );
  }
}

function factsOf(
  { material, origin, settings, out }: TrainingPlan,
  result: FitResult,
  backend: string,
): CardFacts {
  const { network } = result;
  const rounded = networkOf(
    network.spec,
    namedWeights(network).map(({ values }) => values.map(roundedToFloat16)),
  );
  const said = (value: unknown) => (typeof value === 'string' ? value : 'not stated');
  return {
    name: basename(resolve(out)),
    spec: network.spec,
    origin: origin && {
      id: origin.id,
      hash: origin.hash,
      corpus: said(origin.metadata.corpus),
      licence: said(origin.metadata.licence),
    },
    material,
    settings,
    result,
    written: measureHeldOut(rounded, material.valid, material).natsPerToken,
    backend,
  };
}

import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { ContinuoError } from '../errors.js';
import type { ChosenModel } from '../host/open-model.js';
import { requireTfjsNode } from '../host/tfjs-node.js';
import { criticFile } from '../host/tune-critic.js';
import { namedWeights, networkOf } from '../model/named-weights.js';
import type { Network } from '../model/network.js';
import { importTfjs, type Tf } from '../model/tfjs.js';
import { type ModelFiles, modelFiles, roundedToFloat16 } from '../model/write-folder.js';
import { isAbsent, readRegularFile } from '../read-file.js';
import { type CardFacts, card, licenceWords } from '../training/fit/card.js';
import {
  bestOf,
  type FitPoint,
  type FitProgress,
  type FitResult,
  fitNetwork,
  measureHeldOut,
} from '../training/fit/fit.js';
import { type Material, materialHash } from '../training/fit/material.js';
import { type RunFolder, readRun, requireWritable, writeRun } from '../training/fit/run-folder.js';
import type { FitSettings } from '../training/fit/settings.js';
import { duration, progressBar } from './progress.js';
import { closeOnSignal } from './shutdown.js';
import { noveltyFiles } from './train-novelty.js';

/** What `continuo train` is to do, whatever it learns from. */
export interface TrainingPlan {
  readonly material: Material;
  /** Where it begins: a model, or initial weights. */
  readonly network: Network;
  readonly origin: ChosenModel | undefined;
  readonly settings: FitSettings;
  /** Folder of the model that is made. */
  readonly out: string;
  /** Whether a training that is there is written over. */
  readonly replace: boolean;
  readonly json: boolean;
}

/** Not more often than this is the folder written while the training runs. */
const CHECKPOINT_SECONDS = 30;

/** How long the last update, its measurement and the folder may take on a busy computer: what was trained would be lost. */
const MOST_STOPPING_MS = 60_000;

/**
 * Trains and writes the model folder, at each measurement and at the end; Ctrl-C ends it earlier, and the same plan goes on from
 * there. Throws TRAINING_OTHER, TRAINING_DIVERGED, DATASET_EMPTY, FILE_WRITE.
 */
export async function runTraining(plan: TrainingPlan): Promise<void> {
  const { settings, out, network } = plan;
  const fingerprint = fingerprintOf(plan);
  const found = plan.replace ? null : await readRun(out);
  if (found) refuseOthers(found.record, fingerprint, out);
  requireWritable(out); // better to know now than after an hour
  const novelty = await noveltyFiles(plan, say);
  // Its tunes are like those of the model that it began as.
  const critic = plan.origin && (await criticFile(plan.origin.path));
  const licence = plan.origin && (await licenceFile(plan.origin.path));
  const { tf, backend } = await trainingBackend();
  const write = async (result: FitResult) => {
    const facts = factsOf(plan, result, backend);
    const also = {
      ...novelty,
      ...(critic && { 'critic.json': critic }),
      ...(licence && { LICENSE: licence }),
    };
    await writeRun(out, runFolder(plan, facts, fingerprint, also));
    return facts;
  };

  const stop = new AbortController();
  const bar = progressBar('training');
  let written = performance.now();
  say(`${backendWords(backend)} ${amountWords(plan.material)}`);
  let estimated = false;
  const training = (async () => {
    const result = await fitNetwork(tf, network, plan.material, settings, {
      ...(found?.resume ? { resume: found.resume } : {}),
      signal: stop.signal,
      progress(progress) {
        if (!estimated && progress.updates >= 3) {
          estimated = true;
          bar.done();
          say(
            `About ${progress.tokensPerSecond.toFixed(0)} tokens a second: ${duration(1000 * progress.secondsLeft)} at most.`,
          );
        }
        bar.show(progress.share, progressWords(progress));
      },
      measured(point) {
        bar.done();
        say(pointWords(point));
      },
      async checkpoint(result) {
        if (performance.now() - written < 1000 * CHECKPOINT_SECONDS) return;
        await write(result);
        written = performance.now();
      },
    });
    bar.done();
    const facts = await write(result);
    process.stdout.write(plan.json ? `${JSON.stringify(report(plan, facts))}\n` : words(plan, facts));
  })().finally(bar.done);
  closeOnSignal(
    async () => {
      stop.abort();
      bar.done();
      say('Stopping after this update …');
      await training;
    },
    { most: MOST_STOPPING_MS },
  );
  await training;
  // The signal's handler ends the program.
  if (stop.signal.aborted) await new Promise<never>(() => {});
}

/** What the model folder holds: the network and the card, what goes `also` into it, and where the training stands. */
function runFolder(
  { origin, material }: TrainingPlan,
  facts: CardFacts,
  fingerprint: string,
  also: Omit<RunFolder['files'], keyof ModelFiles>,
): RunFolder {
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
    files: { ...modelFiles(result.network, { name, generatedBy: 'continuo train', metadata }), ...also },
    card: card(facts),
    record: { fingerprint, finished, seconds: result.seconds, curve: result.curve },
    ...(finished ? {} : { resume: result.resume }),
  };
}

/** The LICENSE of the model that it begins with, which what comes of it takes over; undefined where there is none. Throws FILE_READ. */
function licenceFile(folder: string): Promise<Uint8Array | undefined> {
  return readRegularFile(join(folder, 'LICENSE'), MOST_LICENCE).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
}

/** Bytes: the longest licence in use is a tenth of it. */
const MOST_LICENCE = 2 ** 20;

/** tfjs-node where it is installed, else tfjs' fastest portable backend. Throws ENGINE_UNAVAILABLE. */
async function trainingBackend(): Promise<{ tf: Tf; backend: string }> {
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

function backendWords(backend: string): string {
  if (backend === 'tfjs-node') return 'On tfjs-node.';
  return `On tfjs' ${backend} backend, one thread (@tensorflow/tfjs-node, where it is installed, is faster).`;
}

function amountWords({ corpus, train, valid, skipped, damaged, copies }: Material): string {
  const tokens = (pieces: Material['train']) =>
    pieces.reduce((sum, piece) => sum + piece.tokens.length - 1, 0);
  const left = [
    ...(skipped.length > 0
      ? [`${skipped.length} could not be read (${skipped[0]!.path}: ${skipped[0]!.message})`]
      : []),
    ...(damaged.length > 0
      ? [`${damaged.length} odd or damaged (${damaged[0]!.path}: ${damaged[0]!.message})`]
      : []),
    ...(copies > 0 ? [`${copies} copies left out`] : []),
  ];
  return `${corpus}: ${train.length} pieces to train on (${tokens(train)} tokens), ${valid.length} held out (${tokens(valid)})${left.map((what) => `; ${what}`).join('')}.`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
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
      `${out} holds a training that is finished.`,
      `Train it further with --from ${out} and another --out, or over it with --replace.`,
    );
  }
  if (record.fingerprint !== fingerprint) {
    throw new ContinuoError(
      'TRAINING_OTHER',
      `${out} holds an unfinished training of other music, another network or other settings.`,
      'Give the options that it began with to go on, another --out, or --replace to write over it.',
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
    written: measureHeldOut(rounded, material.valid, material.counting).natsPerToken,
    backend,
  };
}

function progressWords({ epoch, loss, last, best, tokensPerSecond, secondsLeft }: FitProgress): string {
  const held = last === best ? last.toFixed(3) : `${last.toFixed(3)} (best ${best.toFixed(3)})`;
  return `epoch ${epoch.toFixed(1)}, loss ${loss.toFixed(3)}, held out ${held} nats, ${tokensPerSecond.toFixed(0)} tokens/s, ${duration(1000 * secondsLeft)} left`;
}

function pointWords({ epoch, trainNatsPerToken, natsPerToken, natsPerNote }: FitPoint): string {
  const trained = trainNatsPerToken === null ? 'as it came' : `trained on ${trainNatsPerToken.toFixed(4)}`;
  const aNote = natsPerNote === null ? '' : `, ${natsPerNote.toFixed(3)} nats a note`;
  return `epoch ${epoch.toFixed(1)}: ${trained}, held out ${natsPerToken.toFixed(4)} nats a token${aNote}`;
}

function report({ out, origin, material }: TrainingPlan, { result, written, backend }: CardFacts) {
  const { curve, seconds, tokens, ended } = result;
  return {
    model: resolve(out),
    ...(origin ? { from: origin.id } : {}),
    codec: material.metadata.codec,
    backend,
    ended,
    seconds,
    tokens,
    heldOut: { before: curve[0]!.natsPerToken, after: written },
    curve,
  };
}

function words({ out, material }: TrainingPlan, { result, written }: CardFacts): string {
  const { curve, seconds, ended } = result;
  const before = curve[0]!.natsPerToken;
  const change =
    bestOf(curve) === curve[0]
      ? 'nothing that was tried was better than what it began with'
      : `before ${before.toFixed(4)}`;
  const how = {
    epochs: '',
    early: ', no better any more',
    time: ', time is over',
    stopped: ', stopped: the same command goes on',
  };
  return `${out}: held out ${written.toFixed(4)} nats a token (${change}), ${duration(1000 * seconds)}${how[ended]}\n${useWords(material.metadata.codec, out)}`;
}

function useWords(codec: string, out: string): string {
  if (codec.startsWith('performance')) return `  Play with it: continuo start --model ${out}\n`;
  if (codec.startsWith('folk')) return `  Tunes of it: continuo generate folk --model ${out}\n`;
  return '';
}

import { resolve } from 'node:path';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import type { CardFacts } from '../../training/fit/card.js';
import { bestOf, type FitPoint, type FitProgress } from '../../training/fit/fit.js';
import type { Material } from '../../training/fit/material.js';
import { runTraining, type TrainingPlan } from '../../training/run/run-training.js';
import { SETUP_ARGS } from '../live/session-options.js';
import { duration, progressBar } from '../progress.js';
import { closeOnSignal } from '../shutdown.js';

/**
 * How long the last update, its evaluation and writing the folder may take on a busy computer; stopping sooner would lose the
 * training.
 */
const MOST_STOPPING_MS = 60_000;

/** Trains and reports progress to the terminal; Ctrl-C stops early. Throws what {@link runTraining} throws. */
export async function trainAndTell({
  json,
  ...plan
}: TrainingPlan & { readonly json: boolean }): Promise<void> {
  const stop = new AbortController();
  const bar = progressBar('training');
  let estimated = false;
  const training = (async () => {
    const facts = await runTraining(plan, {
      signal: stop.signal,
      notice: say,
      begins: (backend, material) => say(`${backendWords(backend)} ${amountWords(material)}`),
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
    });
    bar.done();
    process.stdout.write(json ? `${JSON.stringify(report(plan, facts))}\n` : words(plan, facts));
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
  // The signal handler ends the program.
  if (stop.signal.aborted) await new Promise<never>(() => {});
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

function words({ out, plugin }: TrainingPlan, { result, written }: CardFacts): string {
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
  return `${out}: held out ${written.toFixed(4)} nats a token (${change}), ${duration(1000 * seconds)}${how[ended]}\n${useWords(plugin.descriptor, out)}`;
}

/** How to use a model of this plugin. */
function useWords({ id, extensions }: PluginDescriptor, out: string): string {
  const plugin = id === SETUP_ARGS.plugin.default ? '' : ` --plugin ${id}`;
  return [
    ...(extensions.includes('live') ? [`  Play with it: continuo start${plugin} --model ${out}\n`] : []),
    ...(extensions.includes('compose') ? [`  Have it write: continuo generate ${id} --model ${out}\n`] : []),
  ].join('');
}

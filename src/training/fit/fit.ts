import { performance } from 'node:perf_hooks';
import { setImmediate as breathe } from 'node:timers/promises';
import { ContinuoError } from '../../errors.js';
import { createKernelModel, KernelEngine } from '../../model/kernel/engine.js';
import { namedWeights, networkOf } from '../../model/named-weights.js';
import type { Network } from '../../model/network.js';
import type { Tf } from '../../model/tfjs.js';
import type { DatasetPiece } from '../dataset/read-dataset.js';
import { type FedAs, fedEngine, foretoldIn } from './feed.js';
import { type HeldOut, heldOut } from './held-out.js';
import { type FitSettings, rateAt } from './settings.js';
import { Trainer, type TrainerMaterial, type TrainerState } from './trainer.js';

/** The pieces to train on and those held out; at least one of each, of at least two tokens. */
export interface FitData extends TrainerMaterial {
  readonly train: readonly DatasetPiece[];
  readonly valid: readonly DatasetPiece[];
}

/** One measurement of the held-out pieces. */
export interface FitPoint {
  readonly steps: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly epoch: number;
  /** Mean over the updates since the last measurement, with dropout; null before the first update. */
  readonly trainNatsPerToken: number | null;
  readonly natsPerToken: number;
  readonly natsPerNote: number | null;
}

/** How far a training is, after each update. */
export interface FitProgress {
  /** 0 to 1, by tokens or by time, whichever is further. */
  readonly share: number;
  readonly epoch: number;
  /** Updates made in this run. */
  readonly updates: number;
  /** Mean nats a token of the last updates. */
  readonly loss: number;
  /** Norm of this update's gradients over all weights, before clipping. */
  readonly gradientNorm: number;
  readonly tokensPerSecond: number;
  /** Until the end, without an early stop. */
  readonly secondsLeft: number;
  /** The held-out figure of the last measurement and the best one, nats a token. */
  readonly last: number;
  readonly best: number;
}

export interface FitHooks {
  readonly progress?: (progress: FitProgress) => void;
  readonly measured?: (point: FitPoint) => void;
  /** Called after each measurement with the result so far, as if the training had stopped there. */
  readonly checkpoint?: (result: FitResult) => Promise<void>;
  /** Ends the training after the current update, with the result so far. */
  readonly signal?: AbortSignal;
  /** Goes on from {@link FitResult.resume}, of the same network, pieces and settings. */
  readonly resume?: FitResume;
}

export interface FitOptions extends FitHooks {
  readonly settings: FitSettings;
}

/** Everything that a stopped training needs to go on exactly. */
export interface FitResume {
  readonly trainer: TrainerState;
  /** Weights of the best measurement, in the order of `namedWeights`. */
  readonly best: readonly Float32Array[];
  readonly curve: readonly FitPoint[];
  readonly seconds: number;
  readonly losses: readonly number[];
}

/** Why a training ended. `early`: no gain for several measurements; `time`: its seconds are over; `stopped`: by the signal. */
type FitEnd = 'epochs' | 'time' | 'early' | 'stopped';

export interface FitResult {
  /** The network of the best measurement, float32. */
  readonly network: Network;
  /** The first is of the network as it came. Where the training was stopped, the last is of that moment. */
  readonly curve: readonly FitPoint[];
  readonly ended: FitEnd;
  readonly seconds: number;
  readonly tokens: number;
  readonly resume: FitResume;
}

/** Least full windows between two measurements: what a few updates change is noise. */
const LEAST_BETWEEN = 8;
/** The loss and speed that are shown are averages over this many updates. */
const RECENT = 20;

/**
 * Trains a network further (or from its initial weights) by truncated backpropagation through time, on any backend of tfjs.
 * The result is the network that was best on the held-out pieces, measured by the step kernel in float32; that may be the one that it began
 * with. Between updates other work can run. Throws DATASET_EMPTY and TRAINING_DIVERGED.
 */
export async function fitNetwork(
  tf: Tf,
  network: Network,
  data: FitData,
  options: FitOptions,
): Promise<FitResult> {
  const train = trainable(data.train, 'train on');
  const valid = trainable(data.valid, 'hold out');
  const long = { ...data, train, valid };
  const trainer = new Trainer(tf, network, long, options.settings);
  try {
    return await new Fit(trainer, network, long, options).run();
  } finally {
    trainer.dispose();
  }
}

function trainable(pieces: readonly DatasetPiece[], what: string): readonly DatasetPiece[] {
  const long = pieces.filter(({ tokens }) => tokens.length > 1);
  if (long.length > 0) return long;
  throw new ContinuoError(
    'DATASET_EMPTY',
    `Expected music to ${what}, but there is none.`,
    'Training takes at least two pieces: one to learn from and one to hold out.',
  );
}

interface Update {
  readonly loss: number;
  readonly seconds: number;
  readonly tokens: number;
}

class Fit {
  readonly #epochTokens: number;
  readonly #before: number;
  readonly #began = performance.now();
  readonly #recent: Update[] = [];
  #updates = 0;
  #curve: FitPoint[] = [];
  /** Of all updates since the last measurement. */
  #losses: number[] = [];
  #best: readonly Float32Array[] = [];

  constructor(
    private readonly trainer: Trainer,
    private readonly network: Network,
    private readonly data: FitData,
    private readonly options: FitOptions,
  ) {
    this.#epochTokens = data.train.reduce((sum, { tokens }) => sum + foretoldIn(tokens, data), 0);
    const { resume } = options;
    this.#before = resume?.seconds ?? 0;
    if (!resume) return;
    trainer.state = resume.trainer;
    this.#best = resume.best;
    this.#curve = [...resume.curve];
    this.#losses = [...resume.losses];
  }

  get #seconds(): number {
    return this.#before + (performance.now() - this.#began) / 1000;
  }

  /** By tokens, and by time where that is bounded. */
  #shares(): { readonly epochs: number; readonly time: number } {
    const { epochs, seconds } = this.options.settings;
    return {
      epochs: this.trainer.tokens / (epochs * this.#epochTokens),
      time: seconds === undefined ? 0 : this.#seconds / seconds,
    };
  }

  async run(): Promise<FitResult> {
    const { trainer, options } = this;
    const { settings } = options;
    if (this.#curve.length === 0) this.#measure(this.network);
    const { batch, window, measureEvery } = settings;
    const every = Math.min(Math.max(this.#epochTokens, LEAST_BETWEEN * batch * window), measureEvery);
    let ended = this.#end();
    while (ended === undefined) {
      const { epochs, time } = this.#shares();
      const began = performance.now();
      const tokens = trainer.tokens;
      const loss = trainer.step(rateAt(Math.max(epochs, time), settings));
      this.#losses.push(loss);
      this.#recent.push({
        loss,
        seconds: (performance.now() - began) / 1000,
        tokens: trainer.tokens - tokens,
      });
      this.#updates++;
      if (this.#recent.length > RECENT) this.#recent.shift();
      if (trainer.tokens - this.#curve.at(-1)!.tokens >= every) {
        this.#measure(trainer.network());
        await options.checkpoint?.(this.#result('stopped', this.#resume()));
      }
      options.progress?.(this.#progress());
      await breathe();
      ended = this.#end();
    }
    const resume = this.#resume();
    if (trainer.tokens > this.#curve.at(-1)!.tokens) this.#measure(trainer.network());
    return this.#result(ended, resume);
  }

  #result(ended: FitEnd, resume: FitResume): FitResult {
    return {
      network: networkOf(this.trainer.spec, this.#best),
      curve: this.#curve,
      ended,
      seconds: this.#seconds,
      tokens: this.trainer.tokens,
      resume,
    };
  }

  #end(): FitEnd | undefined {
    const { epochs, time } = this.#shares();
    if (epochs >= 1) return 'epochs';
    if (this.#sinceBest() >= (this.options.settings.patience || Number.POSITIVE_INFINITY)) return 'early';
    if (this.options.signal?.aborted) return 'stopped';
    return time >= 1 ? 'time' : undefined;
  }

  /** How many measurements came after the best. */
  #sinceBest(): number {
    return this.#curve.length - 1 - this.#curve.indexOf(bestOf(this.#curve));
  }

  #measure(network: Network): void {
    const { steps, tokens } = this.trainer;
    const { natsPerToken, natsPerNote } = measureHeldOut(network, this.data.valid, this.data);
    const losses = this.#losses;
    const point: FitPoint = {
      steps,
      tokens,
      seconds: this.#seconds,
      epoch: tokens / this.#epochTokens,
      trainNatsPerToken:
        losses.length === 0 ? null : losses.reduce((sum, loss) => sum + loss) / losses.length,
      natsPerToken,
      natsPerNote,
    };
    this.#losses = [];
    this.#curve = [...this.#curve, point];
    if (bestOf(this.#curve) === point) this.#best = namedWeights(network).map(({ values }) => values);
    this.options.measured?.(point);
  }

  #progress(): FitProgress {
    const { epochs, time } = this.#shares();
    const sum = (of: (update: Update) => number) =>
      this.#recent.reduce((total, update) => total + of(update), 0);
    const trained = this.#seconds;
    const share = Math.min(1, Math.max(epochs, time));
    return {
      share,
      epoch: this.trainer.tokens / this.#epochTokens,
      updates: this.#updates,
      loss: sum(({ loss }) => loss) / this.#recent.length,
      gradientNorm: this.trainer.gradientNorm,
      tokensPerSecond: sum(({ tokens }) => tokens) / sum(({ seconds }) => seconds),
      secondsLeft: share === 0 ? Number.POSITIVE_INFINITY : (trained * (1 - share)) / share,
      last: this.#curve.at(-1)!.natsPerToken,
      best: bestOf(this.#curve).natsPerToken,
    };
  }

  #resume(): FitResume {
    return {
      trainer: this.trainer.state,
      best: this.#best,
      curve: this.#curve,
      seconds: this.#seconds,
      losses: this.#losses,
    };
  }
}

/** The lowest of a curve, the first of several. */
export function bestOf(curve: readonly FitPoint[]): FitPoint {
  return curve.reduce((best, point) => (point.natsPerToken < best.natsPerToken ? point : best));
}

/** The cost of held-out music in nats a token, by the step kernel with float32 weights. */
export function measureHeldOut(network: Network, pieces: readonly DatasetPiece[], fed: FedAs = {}): HeldOut {
  const engine = fedEngine(new KernelEngine(createKernelModel(network, 'float32')), fed);
  try {
    return heldOut(engine, pieces, { fed });
  } finally {
    engine.dispose();
  }
}

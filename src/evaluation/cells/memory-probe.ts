import { kerasNetwork } from '../../model/keras-init.js';
import { createKernelModel, KernelEngine } from '../../model/kernel/engine.js';
import type { NetworkSpec } from '../../model/spec.js';
import type { Tf } from '../../model/tfjs.js';
import { fitNetwork } from '../../training/fit/fit.js';
import { FIT_DEFAULTS, type FitSettings } from '../../training/fit/settings.js';
import { COPY_CLASSES, copyAccuracy, copyPieces } from './copy-task.js';
import { type Beginning, beginAs } from './initial-network.js';

/** How well a network of this kind learns to say a symbol again after a while. */
export interface MemoryProbe {
  /** Updates of its training. */
  readonly updates: number;
  /** (wait) Share of right answers after so many distractors. */
  readonly byWait: readonly { readonly wait: number; readonly accuracy: number }[];
}

export interface ProbeOptions {
  readonly layers: NetworkSpec['layers'];
  readonly beginning: Beginning;
  /** Updates of the training. */
  readonly updates: number;
  /** Longest wait. */
  readonly longest: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((share: number) => void) | undefined;
}

/** The copy task needs few units. */
export const PROBE_UNITS = 32;

const BATCH = 32;
/** Training pieces; each is seen about once in a short training, so that none is learnt by heart. */
const PIECES_AN_UPDATE = 8;
const TESTS = 120;
/** Branches of the random numbers: pieces to train on, to measure while training, and to test. */
const [TRAIN, VALID, TEST] = [81, 83, 85];

/** Trains a network on the copy task and tests it on new pieces. Ends early by `signal`, with what it has learnt by then. */
export async function memoryProbe(tf: Tf, options: ProbeOptions): Promise<MemoryProbe> {
  const { layers, beginning, updates, longest, seed, signal, progress } = options;
  const spec: NetworkSpec = {
    inputClasses: COPY_CLASSES,
    embedding: 0,
    layers,
    outputClasses: COPY_CLASSES,
  };
  const train = copyPieces(Math.max(64, updates * PIECES_AN_UPDATE), longest, { seed, branch: TRAIN });
  const valid = copyPieces(32, longest, { seed, branch: VALID });
  const tokens = train.reduce((sum, piece) => sum + piece.tokens.length - 1, 0);
  const window = longest + 3;
  const settings: FitSettings = {
    ...FIT_DEFAULTS,
    ...{ batch: BATCH, window, dropout: 0, patience: 0, rate: 1e-2, finalRate: 1e-3, seed },
    epochs: (updates * BATCH * window) / tokens,
    measureEvery: Number.MAX_SAFE_INTEGER,
  };
  const { network, resume } = await fitNetwork(
    tf,
    beginAs(kerasNetwork(spec, seed), beginning),
    { train, valid },
    {
      settings,
      ...(signal && { signal }),
      progress: ({ share }) => progress?.(share),
    },
  );
  const engine = new KernelEngine(createKernelModel(network, 'float32'));
  try {
    const byWait = waits(longest).map((wait) => ({
      wait,
      accuracy: copyAccuracy(engine, wait, { count: TESTS, seed, branch: TEST }),
    }));
    return { updates: resume.trainer.steps, byWait };
  } finally {
    engine.dispose();
  }
}

/** The waits that are tested: 1, 2, 4 and so on, and the longest. */
function waits(longest: number): number[] {
  const doubling = Array.from({ length: Math.floor(Math.log2(longest)) + 1 }, (_, power) => 2 ** power);
  const between = doubling.map((wait) => Math.floor(1.5 * wait)).filter((wait) => wait > 2 && wait < longest);
  return [...new Set([...doubling, ...between, longest])].sort((a, b) => a - b);
}

import { ContinuoError } from '../errors.js';
import { requireTfjsNode } from '../host/models/tfjs-node.js';
import type { StepEngine } from '../model/engine.js';
import { kerasNetwork, randomSource } from '../model/keras-init.js';
import { createKernelModel, KernelEngine } from '../model/kernel/engine.js';
import type { Network } from '../model/network.js';
import { openEngine } from '../model/open.js';
import { dotLimit, readingLimit, weightBytes } from './limit.js';
import { type Contestant, type Timing, timeInRounds } from './rounds.js';

/** The benchmark's network: 388 classes one-hot, three LSTM layers of 512, logits. */
export const SPEC = {
  inputClasses: 388,
  embedding: 0,
  layers: [
    { cell: 'lstm', units: 512 },
    { cell: 'lstm', units: 512 },
    { cell: 'lstm', units: 512 },
  ],
  outputClasses: 388,
} as const;

/** Largest deviation of an engine's logits from the reference's, as a share of the largest logit. */
const FLOAT32_TOLERANCE = 1e-4;
const INT8_TOLERANCE = 0.03;
const TOKENS = 64;

export interface StepResult {
  readonly timings: Record<string, Timing>;
  readonly bytes: { readonly int8: number; readonly float32: number };
  /** Largest difference from the reference's logits, as a share of the largest logit. */
  readonly differences: Record<string, number>;
}

/** Thrown if the engines' logits differ: their times then mean nothing. */
export class Disagreement extends Error {}

/**
 * Times one whole step of each engine, on the same weights and tokens, after checking that their logits agree. Throws Disagreement.
 */
export async function benchStep(rounds: number): Promise<StepResult> {
  const network = kerasNetwork(SPEC, 1);
  const int8 = new KernelEngine(createKernelModel(network, 'int8'));
  const float32 = new KernelEngine(createKernelModel(network, 'float32'));
  const reference = await openEngine(network, { engine: 'reference' });
  const tfjs = await openEngine(network, { engine: 'tfjs' });
  const tfjsNode = await openTfjsNode(network);
  const engines: Record<string, StepEngine> = {
    int8,
    float32,
    reference,
    tfjs,
    ...(tfjsNode ? { tfjsNode } : {}),
  };
  const differences = compareLogits(engines, reference);

  const bytes = { int8: weightBytes(int8.model.layout), float32: weightBytes(float32.model.layout) };
  const contestants: Contestant[] = [
    { name: 'int8', calls: 20, run: stepper(int8, 1) },
    { name: 'int8Limit', calls: 20, run: readingLimit(bytes.int8) },
    { name: 'batch8', calls: 5, run: stepper(int8, 8) },
    { name: 'batch8Limit', calls: 5, run: dotLimit(bytes.int8, 8) },
    { name: 'float32', calls: 8, run: stepper(float32, 1) },
    { name: 'float32Limit', calls: 8, run: readingLimit(bytes.float32) },
    { name: 'reference', calls: 1, run: stepper(reference, 1) },
    { name: 'tfjs', calls: 5, run: stepper(tfjs, 1) },
    ...(tfjsNode ? [{ name: 'tfjsNode', calls: 5, run: stepper(tfjsNode, 1) }] : []),
  ];
  return { timings: timeInRounds(contestants, rounds), bytes, differences };
}

async function openTfjsNode(network: Network): Promise<StepEngine | undefined> {
  try {
    return await openEngine(network, { engine: 'tfjs-node', requireTfjsNode });
  } catch (error) {
    if (error instanceof ContinuoError && error.code === 'ENGINE_UNAVAILABLE') return undefined;
    throw error;
  }
}

/** Returns a function that advances `sessions` states of the engine by one token each. */
export function stepper(engine: StepEngine, sessions: number): () => void {
  const random = randomSource(2);
  const states = Array.from({ length: sessions }, () => engine.createState());
  const tokens = new Int32Array(sessions);
  return () => {
    for (let i = 0; i < sessions; i++) tokens[i] = Math.floor(random() * engine.spec.inputClasses);
    engine.step(states, tokens);
  };
}

/**
 * Feeds every engine the same tokens and compares all logits with the reference's. Returns the largest difference of each engine,
 * as a share of the largest logit. Throws Disagreement where one exceeds its tolerance.
 */
export function compareLogits(
  engines: Record<string, StepEngine>,
  reference: StepEngine,
): Record<string, number> {
  const expected = feed(reference);
  const largest = expected.reduce((max, logit) => Math.max(max, Math.abs(logit)), 0);
  const differences: Record<string, number> = {};
  for (const [name, engine] of Object.entries(engines)) {
    if (engine === reference) continue;
    const logits = feed(engine);
    const difference =
      logits.reduce((max, logit, i) => Math.max(max, Math.abs(logit - expected[i]!)), 0) / largest;
    const tolerance = name === 'int8' ? INT8_TOLERANCE : FLOAT32_TOLERANCE;
    if (!(difference <= tolerance))
      throw new Disagreement(
        `${name} and the reference disagree: their logits differ by ${difference.toExponential(1)} of the largest, allowed is ${tolerance}`,
      );
    differences[name] = difference;
  }
  return differences;
}

/** Logits of shape (token, class). */
function feed(engine: StepEngine): Float32Array {
  const { inputClasses, outputClasses } = engine.spec;
  const random = randomSource(3);
  const state = engine.createState();
  const logits = new Float32Array(TOKENS * outputClasses);
  for (let i = 0; i < TOKENS; i++)
    logits.set(engine.step([state], [Math.floor(random() * inputClasses)]), i * outputClasses);
  state.free();
  return logits;
}

import type { StepEngine } from '../model/engine.js';
import type { ParsedModel } from '../model/folder.js';
import { withCache } from '../model/memory/cache.js';
import { parseCache } from '../model/memory/cache-spec.js';
import { parseCounting, withCounting } from '../model/memory/counting.js';
import { parseJoint, withJoint } from '../model/memory/joint.js';
import { withRecall } from '../model/memory/recall.js';
import { parseRecall } from '../model/memory/recall-odds.js';
import { type EngineOptions, openEngine } from '../model/open.js';
import { parseBarOdds, withBarRecall } from './bar-recall-engine.js';

/** The memories that a model folder may declare; `false` switches one off. */
export interface MemorySwitches {
  /** Recall of earlier bars: in tunes token by token (model/memory/recall.ts), in performances by notes (codec/beats/bar-memory.ts). */
  readonly recall?: boolean;
  /** Continuous cache: tokens that followed similar hidden states (model/memory/cache.ts). */
  readonly cache?: boolean;
  /** Chords that repeat in loops (codec/beats/chord-loop.ts). */
  readonly chordLoop?: boolean;
}

export interface ModelEngineOptions extends EngineOptions {
  /** Which memories of the model folder are used. Default: all; false: none. */
  readonly memory?: boolean | MemorySwitches | undefined;
}

/** Whether a memory is switched on. */
export function isMemoryOn(
  memory: boolean | MemorySwitches | undefined,
  name: keyof MemorySwitches,
): boolean {
  return typeof memory === 'object' ? memory[name] !== false : memory !== false;
}

/**
 * Opens the engine of a model as its model.json declares: with counted bars or joined tokens, and with recall and cache unless `memory` switches them
 * off. Throws ENGINE_UNKNOWN, ENGINE_UNAVAILABLE, MODEL_BROKEN, MODEL_UNSUPPORTED (too large).
 */
export async function openModelEngine(
  { network, metadata = {} }: ParsedModel,
  { memory, ...choice }: ModelEngineOptions = {},
): Promise<StepEngine> {
  const { inputClasses, outputClasses, layers } = network.spec;
  const joint = parseJoint(metadata.joint);
  if (joint) return withJoint(await openEngine(network, choice), joint);
  const counting = parseCounting(metadata.counting, inputClasses, outputClasses);
  const recall = parseRecall(metadata.recall, outputClasses);
  const cache = parseCache(metadata.cache, layers.at(-1)!.units, outputClasses);
  const bars = parseBarOdds(metadata.barRecall);
  const engine = withCounting(await openEngine(network, choice), counting);
  const remembersBars = isMemoryOn(memory, 'recall');
  return withCache(
    withBarRecall(withRecall(engine, remembersBars ? recall : undefined), remembersBars ? bars : undefined),
    isMemoryOn(memory, 'cache') ? cache : undefined,
  );
}

import type { StepEngine } from '../model/engine.js';
import type { ParsedModel } from '../model/folder.js';
import { withCache } from '../model/memory/cache.js';
import { parseCache } from '../model/memory/cache-spec.js';
import { parseCounting, withCounting } from '../model/memory/counting.js';
import { parseJoint, withJoint } from '../model/memory/joint.js';
import { withRecall } from '../model/memory/recall.js';
import { parseRecall } from '../model/memory/recall-odds.js';
import { type EngineOptions, openEngine } from '../model/open.js';
import type { MemoryExtension } from '../plugin/memory.js';

/** The memories that a model folder may declare; `false` switches one off. A plugin's own have names of its own. */
export interface MemorySwitches {
  /** Recall of earlier bars, token by token (model/memory/recall.ts) or as a plugin does it. */
  readonly recall?: boolean;
  /** Continuous cache: tokens that followed similar hidden states (model/memory/cache.ts). */
  readonly cache?: boolean;
  readonly [own: string]: boolean | undefined;
}

export interface ModelEngineOptions extends EngineOptions {
  /** Which memories of the model folder are used. Default: all; false: none. */
  readonly memory?: boolean | MemorySwitches | undefined;
  /** The memory that the model's plugin puts around it. */
  readonly own?: MemoryExtension | undefined;
}

/** Whether a memory is switched on. */
export function isMemoryOn(memory: boolean | MemorySwitches | undefined, name: string): boolean {
  return typeof memory === 'object' ? memory[name] !== false : memory !== false;
}

/**
 * Opens the engine of a model as its model.json declares: with counted bars or joined tokens, and with recall, cache and the memory of
 * its plugin unless `memory` switches them
 * off. Throws ENGINE_UNKNOWN, ENGINE_UNAVAILABLE, MODEL_BROKEN, MODEL_UNSUPPORTED (too large).
 */
export async function openModelEngine(
  { network, metadata = {}, kernel }: ParsedModel,
  { memory, own, ...options }: ModelEngineOptions = {},
): Promise<StepEngine> {
  const choice = { ...options, ...(kernel && { kernel }) };
  const { inputClasses, outputClasses, layers } = network.spec;
  const joint = parseJoint(metadata.joint);
  const isOn = (name: string) => isMemoryOn(memory, name);
  const remembering = (engine: StepEngine) => own?.around(engine, metadata, isOn) ?? engine;
  if (joint) return remembering(withJoint(await openEngine(network, choice), joint));
  const counting = parseCounting(metadata.counting, inputClasses, outputClasses);
  const recall = parseRecall(metadata.recall, outputClasses);
  const cache = parseCache(metadata.cache, layers.at(-1)!.units, outputClasses);
  const engine = withCounting(await openEngine(network, choice), counting);
  const recalling = withRecall(engine, isOn('recall') ? recall : undefined);
  return withCache(remembering(recalling), isOn('cache') ? cache : undefined);
}

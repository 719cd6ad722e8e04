import type { StepEngine } from '../model/engine.js';
import type { ParsedModel } from '../model/folder.js';
import { withCache } from '../model/memory/cache.js';
import { parseCache } from '../model/memory/cache-spec.js';
import { parseCounting, withCounting } from '../model/memory/counting.js';
import { withRecall } from '../model/memory/recall.js';
import { parseRecall } from '../model/memory/recall-odds.js';
import { type EngineOptions, openEngine } from '../model/open.js';
import { parseBarOdds, withBarRecall } from './bar-recall.js';

/** The memories that a model folder may ask for, each switched off by `false`. */
export interface MemorySwitches {
  /** Bars that came before: of tunes, token by token (model/memory/recall.ts), of performances by their notes (codec/beats/bar-recall.ts). */
  readonly recall?: boolean;
  /** What came where the network stood much the same: model/memory/cache.ts. */
  readonly cache?: boolean;
  /** Chords that come again in loops: codec/beats/chord-loop.ts. */
  readonly chordLoop?: boolean;
}

export interface ModelEngineOptions extends EngineOptions {
  /** What the model remembers of the music so far, where its folder says how. Default: all of it; false: none. */
  readonly memory?: boolean | MemorySwitches | undefined;
}

/** Whether a memory is on. */
export function isMemoryOn(
  memory: boolean | MemorySwitches | undefined,
  name: keyof MemorySwitches,
): boolean {
  return typeof memory === 'object' ? memory[name] !== false : memory !== false;
}

/**
 * Makes a model ready to step as its model.json says: with its counted bars, and with recall and cache unless `memory` switches
 * them off. Throws ENGINE_UNKNOWN, ENGINE_UNAVAILABLE, MODEL_BROKEN, MODEL_UNSUPPORTED (too large).
 */
export async function openModelEngine(
  { network, metadata = {} }: ParsedModel,
  { memory, ...choice }: ModelEngineOptions = {},
): Promise<StepEngine> {
  const { inputClasses, outputClasses, layers } = network.spec;
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

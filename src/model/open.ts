import { ContinuoError } from '../errors.js';
import { ENGINE_NAMES, type EngineName, type Precision, type StepEngine } from './engine.js';
import { createKernelModel, KernelEngine } from './kernel/engine.js';
import type { Network } from './network.js';
import { ReferenceEngine } from './reference.js';

export interface EngineOptions {
  /** Default: kernel. */
  readonly engine?: EngineName;
  /** The kernel's weights; default: int8. */
  readonly precision?: Precision;
}

/** Throws ENGINE_UNKNOWN unless `name` is an engine's. */
export function parseEngineName(name: string): EngineName {
  const known = ENGINE_NAMES.find((engine) => engine === name);
  if (known === undefined)
    throw new ContinuoError(
      'ENGINE_UNKNOWN',
      `there is no engine ${JSON.stringify(name)}`,
      `Engines: ${ENGINE_NAMES.join(', ')}.`,
    );
  return known;
}

/** Makes a network ready to step. Throws ENGINE_UNKNOWN, ENGINE_UNAVAILABLE. */
export async function openEngine(network: Network, options: EngineOptions = {}): Promise<StepEngine> {
  const engine = parseEngineName(options.engine ?? 'kernel');
  if (engine === 'reference') return new ReferenceEngine(network);
  return new KernelEngine(createKernelModel(network, options.precision ?? 'int8'));
}

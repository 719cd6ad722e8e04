import { ContinuoError } from '../errors.js';
import { ENGINE_NAMES, type EngineName, type Precision, type StepEngine } from './engine.js';
import { createKernelModel, KernelEngine, type KernelModel } from './kernel/engine.js';
import type { Network } from './network.js';
import { ReferenceEngine } from './reference.js';
import { importTfjs, type Tf, TfjsEngine } from './tfjs.js';

/** Which engine runs a network, and how. */
export interface EngineOptions {
  /** Default: kernel. */
  readonly engine?: EngineName;
  /** The kernel's weights; default: int8. */
  readonly precision?: Precision;
  /** Keeps the gates of each state's last step, {@link LayerState.gates}: for looking, since it slows the step. Kernel and reference only. */
  readonly gates?: boolean;
  /** Loads tfjs-node, a Node module that only a host can import; throws ENGINE_UNAVAILABLE where it is not installed. */
  readonly requireTfjsNode?: () => Tf;
  /** The network's weights, laid out for the kernel already by {@link createKernelModel}. */
  readonly kernel?: KernelModel | undefined;
}

/** Returns `name` if an engine has it. Throws ENGINE_UNKNOWN, listing the engines. */
export function parseEngineName(name: string): EngineName {
  const known = ENGINE_NAMES.find((engine) => engine === name);
  if (known !== undefined) return known;
  throw new ContinuoError(
    'ENGINE_UNKNOWN',
    `There is no engine ${JSON.stringify(name)}.`,
    `Engines: ${ENGINE_NAMES.join(', ')}.`,
  );
}

/** Opens an engine for a network. Throws ENGINE_UNKNOWN, ENGINE_UNAVAILABLE, MODEL_UNSUPPORTED (too large). */
export async function openEngine(network: Network, options: EngineOptions = {}): Promise<StepEngine> {
  const engine = parseEngineName(options.engine ?? 'kernel');
  const { gates = false } = options;
  if (gates && (engine === 'tfjs' || engine === 'tfjs-node'))
    throw new ContinuoError(
      'ENGINE_UNAVAILABLE',
      `The engine ${engine} does not keep the gates of its layers.`,
      'Use the engine kernel or reference to look at gates.',
    );
  switch (engine) {
    case 'kernel':
      return new KernelEngine(
        options.kernel ?? createKernelModel(network, options.precision ?? 'int8'),
        gates,
      );
    case 'reference':
      return new ReferenceEngine(network, gates);
    case 'tfjs':
      return new TfjsEngine(await importTfjs(), engine, network);
    case 'tfjs-node': {
      if (!options.requireTfjsNode)
        throw new ContinuoError('ENGINE_UNAVAILABLE', 'tfjs-node runs in Node only', 'Use the engine tfjs.');
      return new TfjsEngine(options.requireTfjsNode(), engine, network);
    }
  }
}

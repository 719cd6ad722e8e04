import { createRequire } from 'node:module';
import util from 'node:util';
import { ContinuoError } from '../../errors.js';
import type { Tf } from '../../model/tfjs.js';

/**
 * Loads @tensorflow/tfjs-node, which is optional: its installation downloads libtensorflow.
 * Throws ENGINE_UNAVAILABLE where it is not installed or does not start.
 */
export function requireTfjsNode(): Tf {
  // tfjs-node 4.22 calls this helper, which Node 23 removed.
  const helpers = util as { isNullOrUndefined?: (value: unknown) => boolean };
  helpers.isNullOrUndefined ??= (value) => value === null || value === undefined;
  // TensorFlow's own log, unless asked for: it says on every start which instructions the CPU has.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  try {
    return createRequire(import.meta.url)('@tensorflow/tfjs-node') as Tf;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new ContinuoError(
      'ENGINE_UNAVAILABLE',
      `@tensorflow/tfjs-node cannot be loaded: ${reason}`,
      'Install it with npm install @tensorflow/tfjs-node (it downloads libtensorflow; on Linux scripts/tfjs-node-from-wheel.mjs does without), or use the default engine, kernel.',
      { cause },
    );
  }
}

import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../errors.js';
import type { ErrorReport } from '../error-report.js';
import { errorOf } from '../error-report.js';
import { threadTimes } from '../watchdog/thread-time.js';
import { watchLoading } from './loading-watch.js';
import type { FoundPlugin } from './read-plugin.js';

const HEAP_MB = 256;

/**
 * Loads a plugin in a thread of its own, and discards it. Throws what loading it throws, and PLUGIN_HUNG where that does not
 * finish.
 */
export async function tryOut({ folder, descriptor }: FoundPlugin): Promise<void> {
  const worker = new Worker(new URL('./try-out-worker.js', import.meta.url), {
    workerData: folder,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  let watched = () => {};
  try {
    const report = await new Promise<ErrorReport | null>((resolve, reject) => {
      worker.on('message', (said: ErrorReport | null | { readonly loadingIn: number | null }) => {
        if (said !== null && 'loadingIn' in said)
          watched = watchLoading(descriptor.id, threadTimes(said.loadingIn), reject);
        else resolve(said);
      });
      worker.on('error', reject);
      worker.on('exit', () => reject(ended(descriptor.id)));
    });
    if (report) throw errorOf(report);
  } finally {
    watched();
    worker.removeAllListeners('exit');
    await worker.terminate();
  }
}

function ended(id: string): ContinuoError {
  return new ContinuoError(
    'PLUGIN_CODE',
    `The code of the plugin ${id} ended its thread when it was loaded, or waits for what never comes.`,
  );
}

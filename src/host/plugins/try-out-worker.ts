/** The thread in which a plugin's code is run for the first time, for {@link tryOut}. */
import { parentPort, workerData } from 'node:worker_threads';
import { reportOf } from '../error-report.js';
import { loadPlugin } from './load-plugin.js';

try {
  await loadPlugin(workerData as string, () => parentPort?.postMessage('loading'));
  parentPort?.postMessage(null);
} catch (error) {
  parentPort?.postMessage(reportOf(error));
}

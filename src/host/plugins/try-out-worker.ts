/** The thread in which {@link tryOut} first runs a plugin's code. */
import { parentPort, workerData } from 'node:worker_threads';
import { reportOf } from '../error-report.js';
import { ownThread } from '../watchdog/thread-time.js';
import { loadPlugin } from './load-plugin.js';

const source: string = workerData;

try {
  await loadPlugin(source, () => parentPort?.postMessage({ loadingIn: ownThread() }));
  parentPort?.postMessage(null);
} catch (error) {
  parentPort?.postMessage(reportOf(error));
}

/** The thread in which a plugin's code is run for the first time, for {@link tryOut}. */
import { parentPort, workerData } from 'node:worker_threads';
// Before the plugin: what it imports of the host is no time that it takes to load.
import '../../plugin/index.js';
import { reportOf } from '../error-report.js';
import { loadPlugin } from './load-plugin.js';

try {
  parentPort?.postMessage('loading');
  await loadPlugin(workerData as string);
  parentPort?.postMessage(null);
} catch (error) {
  parentPort?.postMessage(reportOf(error));
}

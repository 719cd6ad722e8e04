/** The worker thread in which a plugin writes notation, so that neither the session nor the I/O thread blocks. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { reportOf } from '../../error-report.js';
import { loadPlugin } from '../../plugins/plugins.js';
import { LiveNotation } from './live-notation.js';
import type { FromNotation, NotationStart, ToNotation } from './notation-link.js';
import { NotationTeller } from './teller.js';

const port = parentPort as MessagePort;
const { plugin, provenance, handled } = workerData as NotationStart;
const count = new Int32Array(handled);
const say = (said: FromNotation) => port.postMessage(said);

try {
  const { descriptor, definition } = await loadPlugin(plugin);
  const notation = new LiveNotation(definition.live!.notation!, descriptor.params, provenance);
  const teller = new NotationTeller(notation);
  port.on('message', (message: ToNotation) => {
    try {
      if (message.type === 'book') say({ type: 'book', abc: notation.book() });
      else {
        const told = teller.hear(message.time, message.events, message.records);
        if (told) say(told);
      }
    } catch (error) {
      say({ type: 'failed', error: reportOf(error) });
    }
    Atomics.add(count, 0, 1);
  });
} catch (error) {
  say({ type: 'failed', error: reportOf(error) });
}

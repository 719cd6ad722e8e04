/** The thread that makes tunes: neither the session nor the I/O thread waits for it. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { TuneMaker } from '../../plugins/folk/generate/maker.js';
import { reportOf } from '../error-report.js';
import type { TuneAsked, TuneSaid, TuneWorkerStart } from './link.js';

/** Milliseconds between two words about a tune that grows: an eye sees no more, and each is engraved. */
const GROWTH_MS = 80;

const port = parentPort as MessagePort;
const stop = new Int32Array((workerData as TuneWorkerStart).stop);
const say = (said: TuneSaid) => port.postMessage(said);
let running = -1;
let said = 0;

const maker = new TuneMaker(
  (soFar) => {
    const now = performance.now();
    if (now - said < GROWTH_MS) return;
    said = now;
    say({ request: running, soFar });
  },
  () => {
    if (Atomics.load(stop, 0) === running) throw new Error('given up');
  },
);

port.on('message', async ({ request, task }: TuneAsked) => {
  running = request;
  said = 0;
  try {
    say({ request, tune: await maker.do(task) });
  } catch (error) {
    say({ request, error: reportOf(error) });
  }
});

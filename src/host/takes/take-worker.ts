/** The thread that writes a take, so that a slow disk does not block the I/O thread, and the take's notes are not in its memory. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { clockFrom } from '../live/clock.js';
import { systemDisk } from './disk.js';
import type { FromTakeWorker, TakeWorkerStart, ToTakeWorker } from './take-link.js';
import { TakeWriter } from './take-writer.js';

const RETRY_MS = 1000;

const port = parentPort as MessagePort;
const { parent, header, zero } = workerData as TakeWorkerStart;
const say = (said: FromTakeWorker) => port.postMessage(said);
const writer = new TakeWriter({
  disk: systemDisk,
  parent,
  header,
  now: clockFrom(zero),
  changed: (state) => say({ type: 'state', state }),
});
const retries = setInterval(() => writer.retry(), RETRY_MS);

port.on('message', (told: ToTakeWorker) => {
  if (told.type === 'add') {
    writer.add(told.events, told.records);
    return;
  }
  clearInterval(retries);
  writer.close(told.abc);
  say({ type: 'closed' });
  port.close();
});

/** A thread that reads and replays takes for clients of the host, so that neither the I/O thread nor a session waits for it. */
import { setPriority } from 'node:os';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { reportOf } from '../../error-report.js';
import { TakeLibrary } from './library.js';
import { TakeDesk } from './take-desk.js';
import type { TakeDeskAsked, TakeDeskSaid, TakeDeskStart } from './take-desk-link.js';

/** On Linux a thread has a priority of its own: the sessions come first. */
const NICE = 10;
if (process.platform === 'linux') {
  try {
    setPriority(0, NICE);
  } catch {
    // Not allowed here: then it runs like the others.
  }
}

const port = parentPort as MessagePort;
const { folder } = workerData as TakeDeskStart;
const library = new TakeLibrary(folder);
library.emptyOld();
const desk = new TakeDesk(library);
/** One after the other: each has the machine to itself. */
let before: Promise<void> = Promise.resolve();

port.on('message', (asked: TakeDeskAsked) => {
  before = before.then(async () => port.postMessage(await answer(asked)));
});

async function answer({ request, method, args }: TakeDeskAsked): Promise<TakeDeskSaid> {
  try {
    const call = desk[method] as (...args: readonly unknown[]) => Promise<unknown>;
    return { request, result: await call.apply(desk, [...args]) };
  } catch (error) {
    return { request, error: reportOf(error) };
  }
}

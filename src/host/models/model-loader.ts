/** The thread that reads models and lays their weights out, so that neither the I/O thread nor a worker that plays is blocked. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { createKernelModel } from '../../model/kernel/engine.js';
import { reportOf } from '../error-report.js';
import { readModel } from './read-model.js';
import type { LoadAnswer, LoadRequest, SharedModel } from './shared-model.js';

const port = parentPort as MessagePort;

async function load({ name, precision }: LoadRequest): Promise<SharedModel> {
  const { network, ...model } = await readModel(name);
  return { ...model, kernel: createKernelModel(network, precision) };
}

port.on('message', async (asked: LoadRequest) => {
  const answer = await load(asked).catch(reportOf);
  port.postMessage({ request: asked.request, answer } satisfies LoadAnswer);
});

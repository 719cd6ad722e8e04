// Preloaded: between two signals each worker of a session ends as soon as it has said that it is ready. Behind `?all`, the one that plays ends
// at the first signal too.
import { BroadcastChannel, isMainThread, parentPort, workerData } from 'node:worker_threads';

const all = import.meta.url.endsWith('?all');
const channel = new BroadcastChannel('worker-ends');
channel.unref();
if (isMainThread) {
  process.on('SIGUSR2', () => {
    process.env.WORKERS_END = process.env.WORKERS_END === 'yes' ? 'no' : 'yes';
    if (all && process.env.WORKERS_END === 'yes') channel.postMessage('end');
  });
} else if (workerData?.bell) {
  channel.onmessage = () => process.exit(1);
  if (process.env.WORKERS_END === 'yes') {
    const post = parentPort.postMessage.bind(parentPort);
    parentPort.postMessage = (messages) => {
      post(messages);
      if (messages.some(({ told }) => told.type === 'ready')) process.exit(1);
    };
  }
}

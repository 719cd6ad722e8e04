// Preloaded: between two signals each worker of a session ends as soon as it has said that it is ready.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

if (isMainThread) {
  process.on('SIGUSR2', () => {
    process.env.WORKERS_END = process.env.WORKERS_END === 'yes' ? 'no' : 'yes';
  });
} else if (workerData?.bell && process.env.WORKERS_END === 'yes') {
  const post = parentPort.postMessage.bind(parentPort);
  parentPort.postMessage = (messages) => {
    post(messages);
    if (messages.some(({ told }) => told.type === 'ready')) process.exit(1);
  };
}

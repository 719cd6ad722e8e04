// Preloaded: the worker of a session that plays the model behind the `?` dies as soon as it is told anything.
import { isMainThread, workerData } from 'node:worker_threads';

const model = import.meta.url.split('?')[1];
if (!isMainThread && workerData?.bell && workerData.setup.model.split('/').at(-1) === model) {
  const bell = new Int32Array(workerData.bell);
  const before = Atomics.load(bell, 0);
  const look = setInterval(() => {
    if (Atomics.load(bell, 0) === before) return;
    clearInterval(look);
    throw new Error('the model failed');
  }, 1);
}

// Preloaded: the worker of a session that plays the model behind the `?` dies as soon as that is told anything after its beginning.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { isMainThread, workerData } from 'node:worker_threads';

const model = import.meta.url.split('?')[1];
if (!isMainThread && workerData?.bell) {
  const threads = createRequire(import.meta.url)('node:worker_threads');
  const receive = threads.receiveMessageOnPort;
  const doomed = new Set();
  threads.receiveMessageOnPort = (port) => {
    const received = receive(port);
    if (received) {
      const { seat, told } = received.message;
      if (told.type === 'open' && told.start.setup.model?.split('/').at(-1) === model) doomed.add(seat);
      else if (told.type === 'begin' && doomed.has(seat))
        setTimeout(() => {
          throw new Error('the model failed');
        }, 1);
    }
    return received;
  };
  syncBuiltinESMExports();
}

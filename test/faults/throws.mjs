// Preloaded: a signal makes a handler of the I/O thread fail that nothing catches.
import { isMainThread } from 'node:worker_threads';

if (isMainThread)
  process.on('SIGUSR2', () => {
    throw new Error('a handler failed');
  });

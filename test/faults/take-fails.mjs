// Preloaded: a signal makes the thread that writes the take fail.
import { BroadcastChannel, isMainThread, workerData } from 'node:worker_threads';

const channel = new BroadcastChannel('take-fails');
channel.unref();
if (isMainThread) process.on('SIGUSR2', () => channel.postMessage('now'));
else if (workerData?.role === 'takes')
  channel.onmessage = () => {
    throw new Error('the thread failed');
  };

// Preloaded: a signal sets the clocks of all threads forward by ten minutes.
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const real = process.hrtime.bigint;
let ahead = 0n;
process.hrtime.bigint = () => real() + ahead;

const channel = new BroadcastChannel('clock-jumps');
channel.unref();
channel.onmessage = () => {
  ahead = 600_000_000_000n;
};
if (isMainThread)
  process.on('SIGUSR2', () => {
    channel.postMessage('now');
    ahead = 600_000_000_000n;
  });

// Preloaded: a signal makes the worker of a session fail that plays then. What it does is said behind the `?`: hang or die.
import { BroadcastChannel, isMainThread, workerData } from 'node:worker_threads';

const hangs = import.meta.url.endsWith('?hang');
const channel = new BroadcastChannel('worker-fails');
channel.unref();
if (isMainThread) process.on('SIGUSR2', () => channel.postMessage('now'));
else if (workerData?.bell)
  channel.onmessage = () => {
    if (!hangs) throw new Error('the worker failed');
    // Less than a test may take; a thread in WebAssembly or a native call does not end any sooner.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  };

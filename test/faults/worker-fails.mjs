// Preloaded: makes the session's current worker fail in the way that a BroadcastChannel message names, or, on a signal, in the way named after the `?`.
import { BroadcastChannel, isMainThread, workerData } from 'node:worker_threads';

const FAILURES = {
  die: () => {
    throw new Error('the worker failed');
  },
  // Less than a test may take; a thread in WebAssembly or a native call does not end any sooner.
  hang: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000),
  // More and more, turn by turn.
  buffers: () => void setInterval(() => held.push(new Uint8Array(32 * 2 ** 20).fill(1)), 20),
  wasm: () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 32_768 });
    held.push(memory);
    setInterval(() => {
      const page = memory.grow(512);
      new Uint8Array(memory.buffer, 65_536 * page).fill(1);
    }, 20);
  },
};
const held = [];
const how = new URL(import.meta.url).search.slice(1);
const channel = new BroadcastChannel('worker-fails');
channel.unref();
if (isMainThread) process.on('SIGUSR2', () => channel.postMessage(how));
else if (workerData?.bell) channel.onmessage = ({ data }) => FAILURES[data]();

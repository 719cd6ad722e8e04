// One processor for two threads: one computes on and on, the other, which the system gives little time to, works a moment and gives a
// sign, again and again. Prints how long it went without one, and whether it was taken to hang.
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { threadTimes } from '../../dist/host/watchdog/thread-time.js';
import { Watchdog } from '../../dist/host/watchdog/watchdog.js';

const beats = new Int32Array(new SharedArrayBuffer(4));
const work = (milliseconds) => `
  const { parentPort, workerData: beats } = require('node:worker_threads');
  parentPort?.postMessage(Number(/\\d+$/.exec(require('node:fs').readlinkSync('/proc/thread-self'))[0]));
  for (;;) { let n = 0; for (let i = 0; i < ${milliseconds} * 3e5; i++) n += i % 7; if (beats) Atomics.add(beats, 0, 1); }
`;
const starved = new Worker(work(40), { eval: true, workerData: beats });
const thread = await new Promise((resolve) => starved.once('message', resolve));
setPriority(thread, 19);
new Worker(work(10), { eval: true });

const clock = () => performance.now() / 1000;
const watchdog = new Watchdog(() => Atomics.load(beats, 0), clock, threadTimes(thread));
let [last, at, longest, hangs] = [-1, clock(), 0, 0];
const [began, computed] = [clock(), process.cpuUsage().user];
setInterval(() => {
  const now = clock();
  const count = Atomics.load(beats, 0);
  if (count !== last) [last, at] = [count, now];
  longest = Math.max(longest, now - at);
  if (watchdog.look({ silent: 2, computing: 0.4 })) hangs++;
  if (now - began < 12) return;
  const busy = (process.cpuUsage().user - computed) / 1e6 / (now - began);
  console.log(JSON.stringify({ longest, hangs, busy, beats: count }));
  process.exit();
}, 100);

/**
 * A worker thread that runs sessions, one or many. It alone uses their engines, schedulers and MIDI outputs. It sleeps in
 * Atomics.wait, which wakes more punctually than a timer, until the next note of any session is due or the bell rings.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { PoolWorkerStart } from './pool-protocol.js';
import { Seats } from './seats.js';

new Seats(parentPort as MessagePort, workerData as PoolWorkerStart).next();

/** The thread that writes the takes of all sessions, so that a slow disk does not block the I/O thread, and the takes' notes are not in its memory. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { exhausted } from '../../exhausted.js';
import { clockFrom } from '../live/clock.js';
import { systemDisk } from './disk.js';
import type { FromTakeWorker, TakeMessage, TakeStart, ToTakeWorker } from './take-protocol.js';
import { TakeWriter } from './take-writer.js';

const RETRY_MS = 1000;

const port = parentPort as MessagePort;
const takes = new Map<number, TakeWriter>();

const say = (take: number, told: FromTakeWorker) =>
  port.postMessage({ take, told } satisfies TakeMessage<FromTakeWorker>);

function open(take: number, { zero, ...start }: TakeStart): void {
  const writer = new TakeWriter({
    ...{ ...start, disk: systemDisk, now: clockFrom(zero) },
    changed: (state) => say(take, { type: 'state', state }),
    writers: () => takes.size,
  });
  takes.set(take, writer);
}

function hear(take: number, told: ToTakeWorker): void {
  switch (told.type) {
    case 'open':
      open(take, told.start);
      return;
    case 'add':
      takes.get(take)?.add(told.events, told.records);
      return;
    case 'stands':
      takes.get(take)?.stands(told.state, told.since);
      return;
    case 'moment':
      takes.get(take)?.moment(told.id, told.state);
      return;
    case 'dropMoment':
      takes.get(take)?.dropMoment(told.id);
      return;
    case 'close':
      takes.get(take)?.close(told.books);
      takes.delete(take);
      say(take, { type: 'closed' });
      return;
    default:
      exhausted(told);
  }
}

/** An error in one take is its end, not that of the others. */
function alone(take: number, act: () => void): void {
  try {
    act();
  } catch (error) {
    takes.delete(take);
    say(take, { type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

setInterval(() => {
  for (const [take, writer] of takes) alone(take, () => writer.retry());
}, RETRY_MS);

port.on('message', ({ take, told }: TakeMessage<ToTakeWorker>) => alone(take, () => hear(take, told)));

/** The thread that holds the output of our own, so that it outlives the engines that play to it. It runs no code of theirs. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import {
  ChangedControllers,
  type MidiMessage,
  openSystemPorts,
  SoundingNotes,
  silence,
} from '../../../../midi/index.js';
import { reportOf } from '../../../error-report.js';
import { takeShare } from '../../../takes/share.js';
import { monotonic } from '../../clock.js';
import { OWN_NAME } from '../ports.js';
import { MessageRing } from './message-ring.js';
import type { PortOrder, PortSaid } from './own-port.js';

/** Messages between two looks whether something else is wanted. */
const SHARE = 256;

const orders = parentPort as MessagePort;
const say = (said: PortSaid) => orders.postMessage(said);

try {
  await run();
} catch (error) {
  say({ type: 'failed', error: reportOf(error) });
}

async function run(): Promise<void> {
  let ring = new MessageRing(workerData as SharedArrayBuffer);
  const port = (await openSystemPorts(monotonic)).openVirtualOutput(OWN_NAME);
  const sounding = new SoundingNotes();
  const moved = new ChangedControllers();
  say({ type: 'open', id: port.id });

  function send(message: MidiMessage): void {
    sounding.sent(message);
    moved.sent(message);
    port.send(message);
  }

  /** Who played is gone: what it left is ended, and what it still says is not heard. */
  function abandon(next: SharedArrayBuffer): void {
    ring = new MessageRing(next);
    for (const message of [...sounding.ends(), ...moved.rest(), ...silence()]) send(message);
  }

  let open = true;

  function turn(): void {
    const { woken } = ring;
    const order = receiveMessageOnPort(orders)?.message as PortOrder | undefined;
    if (order?.type === 'abandon') abandon(order.ring);
    else if (order?.type === 'close') open = false;
    const more = takeShare(SHARE, () => ring.next(), send);
    if (open || more) {
      if (open && order === undefined && !more) ring.sleep(woken);
      setImmediate(turn);
      return;
    }
    port.close();
    say({ type: 'closed' });
    orders.close();
  }
  turn();
}

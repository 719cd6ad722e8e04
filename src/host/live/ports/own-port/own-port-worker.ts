/** The thread that holds the virtual output, so that the port outlives the engines that play to it. It runs no plugin code. */
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
import { OWN_NAME } from '../port-choice.js';
import { MessageRing } from './message-ring.js';
import type { PortOrder, PortSaid } from './own-port.js';

/** Messages sent between two checks for orders. */
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

  /** Ends the notes of the engine that died, and reads from a new ring, so that nothing more of it is sent. */
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

/** The worker thread in which plugins write notation, so that neither the sessions nor the I/O thread block. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { reportOf } from '../../error-report.js';
import { loadPlugin } from '../../plugins/plugins.js';
import { LiveNotation } from './live-notation.js';
import type {
  FromNotation,
  NotationMessage,
  NotationStart,
  NotationWorkerStart,
  ToNotation,
} from './notation-protocol.js';
import { NotationTeller } from './teller.js';

const port = parentPort as MessagePort;
const count = new Int32Array((workerData as NotationWorkerStart).handled);

/** The notation of one session. */
interface Notation {
  readonly notation: LiveNotation;
  readonly teller: NotationTeller;
}

/** Messages about one session are handled in order, the first after its plugin is loaded. */
const notations = new Map<number, Promise<Notation>>();

async function open({ plugin, provenance, member }: NotationStart): Promise<Notation> {
  const { descriptor, definition } = await loadPlugin(plugin);
  const notation = new LiveNotation(definition.live!.notation!, descriptor.params, { provenance, member });
  return { notation, teller: new NotationTeller(notation) };
}

function hear({ notation, teller }: Notation, told: ToNotation): FromNotation | null {
  if (told.type === 'book') return { type: 'book', abc: notation.book() };
  return told.type === 'heard' ? teller.hear(told.time, told.events, told.records) : null;
}

async function handle({ notation: id, told }: NotationMessage<ToNotation>): Promise<void> {
  const say = (said: FromNotation) =>
    port.postMessage({ notation: id, told: said } satisfies NotationMessage<FromNotation>);
  try {
    if (told.type === 'open') notations.set(id, open(told.start));
    const notation = await notations.get(id)!;
    const said = hear(notation, told);
    if (said) say(said);
  } catch (error) {
    say({ type: 'failed', error: reportOf(error) });
  }
  if (told.type === 'end') notations.delete(id);
  Atomics.add(count, 0, 1);
}

port.on('message', (message: NotationMessage<ToNotation>) => void handle(message));

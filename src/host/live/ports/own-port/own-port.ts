import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../../../errors.js';
import type { PortId } from '../../../../midi/index.js';
import type { ErrorReport } from '../../../error-report.js';
import { errorOf } from '../../../error-report.js';
import type { Lent } from './lent-port.js';
import { MessageRing } from './message-ring.js';

/** I/O thread -> the thread that holds the port. */
export type PortOrder =
  /** The engine died: end its notes, and read from this ring. */
  { readonly type: 'abandon'; readonly ring: SharedArrayBuffer } | { readonly type: 'close' };

/** The thread that holds the port -> I/O thread. */
export type PortSaid =
  | { readonly type: 'open'; readonly id: PortId | null }
  | { readonly type: 'failed'; readonly error: ErrorReport }
  | { readonly type: 'closed' };

/** How long it may take to open a port (on the slowest computer), and to send the last messages and close, in milliseconds. */
const OPENING_MS = 120_000;
const CLOSING_MS = 1000;
/** Heap limit of its thread, in MB: it stores nothing. */
const HEAP_MB = 64;

/** The I/O thread's end of the virtual output, which a thread of its own holds. */
export class OwnPort {
  #ring = new MessageRing();
  #id: PortId | null = null;
  readonly #thread: Worker;
  #hear: (said: PortSaid) => void = () => {};
  #state: 'opening' | 'open' | 'closing' = 'opening';

  private constructor(private readonly onLost: () => void) {
    this.#thread = new Worker(new URL('./own-port-worker.js', import.meta.url), {
      workerData: this.#ring.buffer,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    this.#thread.on('message', (said: PortSaid) => this.#hear(said));
    this.#thread.on('error', (error) => this.#end(error));
    this.#thread.on('exit', () => this.#end(new Error('the thread stopped')));
    this.#thread.unref();
  }

  /** Opens the port. `onLost` is called when its thread dies. Throws what {@link PortSystem.openVirtualOutput} throws. */
  static async open(onLost: () => void): Promise<OwnPort> {
    const port = new OwnPort(onLost);
    const said = await port.#said(OPENING_MS);
    if (said?.type === 'open') {
      port.#id = said.id;
      port.#state = 'open';
      return port;
    }
    port.#state = 'closing';
    void port.#thread.terminate();
    if (said?.type === 'failed') throw errorOf(said.error);
    throw new ContinuoError(
      'PORT_OPEN',
      `A MIDI port of our own was not open after ${OPENING_MS / 1000} s.`,
      'Choose it again, or another port.',
    );
  }

  /** What an engine needs to play to it. */
  get lent(): Lent {
    return { ring: this.#ring.buffer, id: this.#id };
  }

  /** Ends the notes of the engine that died; nothing more of it is sent. */
  abandon(): void {
    const before = this.#ring;
    this.#ring = new MessageRing();
    this.#order({ type: 'abandon', ring: this.#ring.buffer }, before);
  }

  /** Sends the remaining messages and closes the port. */
  async close(): Promise<void> {
    if (this.#state === 'closing') return;
    this.#state = 'closing';
    const closed = this.#said(CLOSING_MS);
    this.#order({ type: 'close' }, this.#ring);
    await closed;
    await this.#thread.terminate();
  }

  /** `ring`: the one that the thread waits on. */
  #order(order: PortOrder, ring: MessageRing): void {
    this.#thread.postMessage(order);
    ring.wake();
  }

  /** The thread's next message; null where none comes within `patience` milliseconds. */
  #said(patience: number): Promise<PortSaid | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), patience);
      this.#hear = (said) => {
        clearTimeout(timer);
        resolve(said);
      };
    });
  }

  #end(error: Error): void {
    const { state } = { state: this.#state };
    this.#state = 'closing';
    this.#hear({ type: 'failed', error: { code: 'PORT_OPEN', message: error.message } });
    if (state === 'open') this.onLost();
  }
}

import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../../../errors.js';
import type { PortId } from '../../../../midi/index.js';
import type { ErrorReport } from '../../../error-report.js';
import { errorOf } from '../../../error-report.js';
import type { Lent } from './lent-port.js';
import { MessageRing } from './message-ring.js';

/** I/O thread -> the thread that holds the port. */
export type PortOrder =
  /** Who plays is gone: what sounds is to be ended, and this ring is the one to be read. */
  { readonly type: 'abandon'; readonly ring: SharedArrayBuffer } | { readonly type: 'close' };

/** The thread that holds the port -> I/O thread. */
export type PortSaid =
  | { readonly type: 'open'; readonly id: PortId | null }
  | { readonly type: 'failed'; readonly error: ErrorReport }
  | { readonly type: 'closed' };

/** How long it may take to open a port (on the slowest computer), and to send the last messages and close, in milliseconds. */
const OPENING_MS = 120_000;
const CLOSING_MS = 1000;
/** What its thread may take: it keeps nothing. */
const HEAP_MB = 64;

/** The I/O thread's end of an output of our own, which a thread of its own holds. */
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

  /** `onLost`: its thread died. Throws what {@link PortSystem.openVirtualOutput} throws. */
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

  /** For an engine that is to play to it. */
  get lent(): Lent {
    return { ring: this.#ring.buffer, id: this.#id };
  }

  /** The engine that played is gone: what it left sounding is ended, and nothing more of it is heard. */
  abandon(): void {
    const before = this.#ring;
    this.#ring = new MessageRing();
    this.#order({ type: 'abandon', ring: this.#ring.buffer }, before);
  }

  /** Sends what is left and closes the port. */
  async close(): Promise<void> {
    if (this.#state === 'closing') return;
    this.#state = 'closing';
    const closed = this.#said(CLOSING_MS);
    this.#order({ type: 'close' }, this.#ring);
    await closed;
    await this.#thread.terminate();
  }

  /** `ring`: the one that the thread sleeps at. */
  #order(order: PortOrder, ring: MessageRing): void {
    this.#thread.postMessage(order);
    ring.wake();
  }

  /** What it says next; null where it says nothing. */
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

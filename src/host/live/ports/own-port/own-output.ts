import { isVirtual, VIRTUAL_PORT } from '../ports.js';
import type { Lent } from './lent-port.js';
import { OwnPort } from './own-port.js';

/** What a session's output of our own is opened with. */
export type OpenOwnPort = (onLost: () => void) => Promise<Pick<OwnPort, 'lent' | 'abandon' | 'close'>>;

/**
 * The output of our own, for other programs to connect to. It is lent to the engine that plays and outlives it: who listens stays
 * connected when another engine takes over, and hears the end of what one that died left sounding.
 */
export class OwnOutput {
  #port: ReturnType<OpenOwnPort> | null = null;
  /** Connections that are being made. */
  #making = 0;
  /** Whether it is the output in use. */
  #used = false;

  constructor(
    /** It is gone, though it was in use. */
    private readonly onLost: () => void,
    private readonly open: OpenOwnPort = (lost) => OwnPort.open(lost),
  ) {}

  /**
   * Has `use` connect an engine to the output of that name, and resolve with the name of the one in use then; where that is another
   * one, ours is closed. Throws what `use` throws, MIDI_UNAVAILABLE and PORT_OPEN.
   */
  async connect(name: string | null, use: (lent: Lent | null) => Promise<string | null>): Promise<void> {
    this.#making++;
    try {
      const lent = name !== null && isVirtual(name) ? await this.#lend() : null;
      this.#used = (await use(lent)) === VIRTUAL_PORT;
    } finally {
      this.#making--;
      if (this.#making === 0 && !this.#used) void this.close();
    }
  }

  async #lend(): Promise<Lent> {
    this.#port ??= this.open(() => this.#lost());
    try {
      return (await this.#port).lent;
    } catch (error) {
      this.#port = null;
      throw error;
    }
  }

  /** The engine that played to it is gone: what it left sounding is ended. */
  abandon(): void {
    void this.#port?.then(
      (port) => port.abandon(),
      () => undefined,
    );
  }

  #lost(): void {
    this.#port = null;
    this.#used = false;
    this.onLost();
  }

  /** Once no engine plays to it. */
  async close(): Promise<void> {
    const port = this.#port;
    this.#port = null;
    this.#used = false;
    await port?.then(
      (open) => open.close(),
      () => undefined,
    );
  }
}

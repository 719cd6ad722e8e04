import { isVirtual, VIRTUAL_PORT } from '../port-choice.js';
import type { Lent } from './lent-port.js';
import { OwnPort } from './own-port.js';

/** Opens the program's own virtual output. */
export type OpenOwnPort = (onLost: () => void) => Promise<Pick<OwnPort, 'lent' | 'abandon' | 'close'>>;

/**
 * The program's own virtual output, which other programs connect to. It is lent to the playing engine and outlives it: listeners
 * stay connected when another engine takes over, and get the note-offs of one that died.
 */
export class OwnOutput {
  #port: ReturnType<OpenOwnPort> | null = null;
  /** Number of connections being made. */
  #making = 0;
  /** Whether it is the output in use. */
  #used = false;

  constructor(
    /** Called when the port is lost while in use. */
    private readonly onLost: () => void,
    private readonly open: OpenOwnPort = (lost) => OwnPort.open(lost),
  ) {}

  /**
   * Calls `use` to connect an engine to the output `name`; `use` resolves with the name of the output then in use. If that is
   * another one, the virtual output is closed. Throws what `use` throws, MIDI_UNAVAILABLE and PORT_OPEN.
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

  /** Ends the notes of an engine that died. */
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

  /** Closes the port; call it once no engine plays to it. */
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

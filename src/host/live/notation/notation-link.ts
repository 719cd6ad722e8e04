import type { Seconds } from '../../../music/units.js';
import type { SessionEvent } from '../../../session/events.js';
import type { TakeRecord } from '../../../session/take.js';
import { errorOf } from '../../error-report.js';
import type { FromNotation, NotationEvent, NotationStart } from './notation-protocol.js';
import type { NotationThread } from './notation-thread.js';

/** How long writing the whole book may take, in milliseconds. */
const CLOSING_MS = 3000;

/**
 * The I/O thread's end of a session's notation, which a plugin writes in another thread. If that fails or hangs, the music goes on
 * without notation.
 */
export class NotationLink {
  /** Its number in the thread. */
  readonly #notation: number;
  #told = '';
  #over = false;
  #book: ((abc: string | undefined) => void) | null = null;

  constructor(
    private readonly thread: NotationThread,
    private readonly start: NotationStart,
    private readonly listener: {
      readonly told: (event: NotationEvent) => void;
      readonly failed: (error: Error) => void;
    },
  ) {
    this.#notation = thread.add({
      said: (said) => this.#hear(said),
      lost: (error) => this.#lost(error),
    });
    thread.post(this.#notation, { type: 'open', start });
  }

  /** The music so far as ABC, as last reported. */
  get told(): string {
    return this.#told;
  }

  hear(time: Seconds, events: readonly SessionEvent[], records: readonly TakeRecord[]): void {
    const phases = events.filter((event) => event.type === 'phase' && event.member === this.start.member);
    if (phases.length + records.length === 0) return;
    this.thread.post(this.#notation, { type: 'heard', time, events: phases, records });
  }

  /** Ends it. Resolves with all tunes of the session as ABC; undefined where they cannot be written. */
  async close(): Promise<string | undefined> {
    const book = this.#over
      ? undefined
      : await new Promise<string | undefined>((resolve) => {
          this.#book = resolve;
          setTimeout(resolve, CLOSING_MS, undefined).unref();
          this.thread.post(this.#notation, { type: 'book' });
        });
    this.#end();
    return book;
  }

  #hear(said: FromNotation): void {
    if (said.type === 'notation') {
      this.#told = said.abc;
      const { member } = this.start;
      this.listener.told(member === undefined ? said : { ...said, member });
    } else if (said.type === 'book') this.#book?.(said.abc);
    else this.#lost(errorOf(said.error));
  }

  #lost(error: Error): void {
    if (this.#over) return;
    this.#end();
    this.#book?.(undefined);
    this.listener.failed(error);
  }

  #end(): void {
    this.#over = true;
    this.thread.remove(this.#notation);
  }
}

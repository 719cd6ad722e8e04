import type { SessionEvent } from '../../session/events.js';
import type { TakeRecord } from '../../session/take.js';
import type { SavedState } from '../states/saved-state.js';
import type { FromTakeWorker, TakeStart, ToTakeWorker } from './take-protocol.js';
import type { TakeThread } from './take-thread.js';
import { ANOTHER_TAKE, type TakeState } from './take-writer.js';

/** What a take's notes are made of, and when they rest. */
const WRITTEN: ReadonlySet<SessionEvent['type']> = new Set([
  'noteOn',
  'noteOff',
  'pedal',
  'discard',
  'allOff',
  'phase',
]);

/** How long closing a take may take, in milliseconds. */
const PATIENCE_MS = 3000;

/** The I/O thread's end of a take that is being written. The writing thread hears of it when there is something to write. */
export class TakeLink {
  /** Its number in the thread; null while nothing was played. */
  #take: number | null = null;
  #waiting: ToTakeWorker[] = [];
  #state: TakeState = { folder: null, failure: null };
  #closed = () => {};
  /** The moments that it keeps. */
  readonly #moments = new Map<string, SavedState>();
  #over = false;

  constructor(
    private readonly thread: TakeThread,
    private readonly start: TakeStart,
    /** Called when writing fails, with the reason, and with null when it works again. */
    private readonly failing: (failure: string | null) => void,
    /** Called once it has its folder, which may be after the last event. */
    private readonly begun = () => {},
  ) {}

  /** The take's folder; null while nothing was written. */
  get folder(): string | null {
    return this.#state.folder;
  }

  add(events: readonly SessionEvent[], records: readonly TakeRecord[]): void {
    const kept = events.filter(({ type }) => WRITTEN.has(type));
    if (this.#over || kept.length + records.length === 0) return;
    if (this.#take === null && records.some(begins)) this.#begin();
    this.#post({ type: 'add', events: kept, records });
  }

  /** Keeps how the session stood before the last `since` records, for one that goes on from it when the program has ended. */
  stands(state: SavedState, since: number): void {
    if (this.#over) return;
    // What is written first is what comes after the last of them.
    if (this.#take === null) this.#waiting = this.#waiting.filter(({ type }) => type !== 'stands');
    this.#post({ type: 'stands', state, since });
  }

  /** Keeps a moment that records to come may go back to; once, unless it was changed meanwhile. */
  moment(id: string, state: SavedState): void {
    if (this.#over || this.#moments.get(id) === state) return;
    this.#moments.set(id, state);
    this.#post({ type: 'moment', id, state });
  }

  /** A moment was given up; where a record goes back to it, it stays. */
  dropMoment(id: string): void {
    if (!this.#over && this.#moments.delete(id)) this.#post({ type: 'dropMoment', id });
  }

  #post(told: ToTakeWorker): void {
    if (this.#take !== null) this.thread.post(this.#take, told);
    else this.#waiting.push(told);
  }

  #begin(): void {
    this.#take = this.thread.add({ said: (said) => this.#hear(said), lost: (why) => this.#lost(why) });
    this.#post({ type: 'open', start: this.start });
    for (const told of this.#waiting.splice(0)) this.#post(told);
  }

  #hear(said: FromTakeWorker): void {
    if (said.type === 'failed') {
      this.#lost(said.message);
      void this.thread.remove(this.#take!);
      return;
    }
    if (said.type === 'closed') {
      // A thread that ends after this has not failed, even if its end is read here before anything else.
      this.#over = true;
      this.#closed();
      return;
    }
    const { folder, failure } = this.#state;
    this.#state = said.state;
    if (said.state.folder !== folder) this.begun();
    if (said.state.failure !== failure) this.failing(said.state.failure);
  }

  #lost(why: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#closed();
    this.#state = { ...this.#state, failure: `The thread that writes takes died: ${why}. ${ANOTHER_TAKE}` };
    this.failing(this.#state.failure);
  }

  /** Writes what is left, and the music as ABC where there is any. Resolves when it is written, or cannot be. */
  async close(books: Readonly<Record<string, string>> = {}): Promise<void> {
    const take = this.#take;
    if (this.#over || take === null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      this.#closed = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#post({ type: 'close', books });
    });
    this.#over = true;
    await this.thread.remove(take);
  }
}

/** Whether a record shows that something is played, or about to be. */
function begins(record: TakeRecord): boolean {
  return (
    record.type === 'input' ||
    record.type === 'sampled' ||
    (record.type === 'command' && record.command.type === 'start')
  );
}

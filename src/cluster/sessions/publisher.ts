import { ContinuoError } from '../../errors.js';
import type { SessionJournal } from '../../host/states/journal.js';
import type { SavedState } from '../../host/states/saved-state.js';
import type { TakeRecord } from '../../session/take.js';
import type { Broker } from '../broker/control.js';
import { packRecords, packState } from './handed-form.js';
import { type Fork, JournalBuffer } from './journal-buffer.js';

/** What happened waits for so long at most before it is sent: the most that is lost where this host dies. */
export const TAIL_MS = 100;
/** Between two phrases a state is sent so often at most. */
export const REST_MS = 20_000;
/** Where no phrase ends, one is sent after so much music, so that whoever takes over has not much to catch up with. */
export const TAIL_MUSIC = 15;
/** Time between two attempts where the broker was away. */
const AGAIN_MS = 250;

/** Where a session is published, and what is heard of that. */
export interface Publication {
  readonly broker: Pick<Broker, 'keep' | 'append'>;
  readonly id: string;
  readonly fence: number;
  /** Whether nobody played where a session stood so. */
  readonly rests: (state: SavedState) => boolean;
  /** The session has another owner by now. */
  readonly fenced: () => void;
  /** What failed otherwise: a state that cannot be encoded. */
  readonly failed: (error: unknown) => void;
  readonly now: () => number;
}

/** Tells the broker how one session stands and what happens in it, so that another host can go on with it. */
export class Publisher implements SessionJournal {
  readonly #buffer = new JournalBuffer();
  /** The broker has a state, and all that came since: what is added to the tail there continues it. */
  #whole = false;
  /** How often it has begun anew. */
  #begun = 0;
  /** When the last state was sent. */
  #keptAt = Number.NEGATIVE_INFINITY;
  #encoding: Promise<void> | null = null;
  /** A state that is encoded, and is to be sent. */
  #ready: { readonly bytes: Uint8Array; readonly fork: Fork } | null = null;
  #sending: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #over = false;
  #bytes = 0;

  constructor(private readonly at: Publication) {}

  /** Bytes of states and tails that were sent. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether nothing is being encoded or sent. */
  get isIdle(): boolean {
    return this.#encoding === null && this.#sending === null;
  }

  stands(state: SavedState, since: readonly TakeRecord[], anew: boolean): void {
    this.#buffer.stands(state, since);
    if (anew || this.#buffer.recalls) this.#beginAnew();
    const isSince = this.at.now() - this.#keptAt >= REST_MS;
    const due = this.#buffer.music >= TAIL_MUSIC || (isSince && this.at.rests(state));
    if (!this.#whole || due) this.#encode();
  }

  add(records: readonly TakeRecord[]): void {
    if (records.length === 0 || this.#over) return;
    this.#buffer.add(records, this.#whole);
    // Who takes over has no moment to go back to: the state after that is published at once.
    if (this.#buffer.recalls) this.#beginAnew();
    this.#sendIn(TAIL_MS);
  }

  /** What the broker has holds until it gets another state; nothing more is added to that. */
  #beginAnew(): void {
    this.#begun++;
    this.#whole = false;
    this.#ready = null;
  }

  /** The broker is there again, or has lost what it had: it is told of everything anew. */
  again(): void {
    this.#whole = false;
    this.#encode();
  }

  /** Sends what is left, and then nothing more. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#whole) this.#encode();
    await this.#encoding;
    this.#send();
    await this.#sending;
    this.end();
  }

  /** Sends nothing more. */
  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#again);
  }

  #sendIn(milliseconds: number): void {
    this.#timer ??= setTimeout(() => this.#send(), milliseconds);
  }

  #encode(): void {
    if (this.#encoding !== null || this.#over) return;
    const fork = this.#buffer.fork();
    if (fork === null) return;
    const begun = this.#begun;
    this.#keptAt = this.at.now();
    this.#encoding = packState(fork.state)
      .then(
        (bytes) => {
          if (begun === this.#begun) this.#ready = { bytes, fork };
        },
        (error: unknown) => this.at.failed(error),
      )
      .finally(() => {
        this.#encoding = null;
        if (begun === this.#begun) this.#send();
        else this.#encode();
      });
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#over) return;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  async #sendAll(): Promise<void> {
    try {
      while (!this.#over && (this.#ready !== null || (this.#whole && this.#buffer.hasUnsent)))
        if (this.#ready !== null) await this.#keep(this.#ready);
        else await this.#append(this.#buffer.takeUnsent());
    } catch (error) {
      if (!this.#over) this.#refused(error);
    }
  }

  /** The tail begins anew with the state: nothing is added to it before it is certain that the state has come. */
  async #keep({ bytes, fork }: { readonly bytes: Uint8Array; readonly fork: Fork }): Promise<void> {
    const { broker, id, fence } = this.at;
    this.#ready = null;
    this.#bytes += bytes.length;
    const begun = this.#begun;
    await broker.keep(id, fence, bytes);
    if (begun !== this.#begun) return;
    const { since } = fork;
    this.#buffer.joined();
    this.#whole = true;
    if (since.length > 0) await this.#append(since);
  }

  async #append(records: readonly TakeRecord[]): Promise<void> {
    const begun = this.#begun;
    const { broker, id, fence } = this.at;
    const bytes = packRecords(records);
    this.#bytes += bytes.length;
    const said = await broker.append(id, fence, bytes);
    if (said === 'gap' && begun === this.#begun) this.#againSoon();
  }

  /** The next state has it all. */
  #againSoon(): void {
    this.#whole = false;
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.again();
    }, AGAIN_MS).unref();
  }

  #refused(error: unknown): void {
    if (error instanceof ContinuoError && error.code === 'CLUSTER_FENCED') {
      this.end();
      this.at.fenced();
      return;
    }
    // It may or may not have come through.
    this.#againSoon();
    if (!(error instanceof ContinuoError) || error.code !== 'CLUSTER_UNREACHABLE') this.at.failed(error);
  }
}

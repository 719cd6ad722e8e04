import { reportOf } from '../../error-report.js';

/** What has a take, which closing it ends. */
interface Leaving {
  readonly takeFolder: string | null;
  close(): Promise<void>;
}

/** Engines that play no more, whose takes are being finished: a slow disk may draw that out, and nobody waits for it. */
export class LeavingEngines {
  readonly #finishing = new Set<Promise<void>>();
  #lastTake: string | null = null;

  constructor(private readonly trouble: (report: ReturnType<typeof reportOf>) => void) {}

  /** Where the take of the last one is; null where nothing was written. */
  get takeFolder(): string | null {
    return this.#lastTake;
  }

  add(engine: Leaving): void {
    const before = this.#lastTake;
    this.#lastTake = engine.takeFolder ?? before;
    const done = engine
      .close()
      .catch((error: unknown) => this.trouble(reportOf(error)))
      .then(() => {
        // The thread that writes may have said only now where; a later engine's take is the last nevertheless.
        if (this.#lastTake === before) this.#lastTake = engine.takeFolder ?? before;
        this.#finishing.delete(done);
      });
    this.#finishing.add(done);
  }

  /** Resolves when all takes are whole. */
  async gone(): Promise<void> {
    await Promise.all(this.#finishing);
  }
}

import { reportOf } from '../../error-report.js';

/** An engine or inheritance whose take ends when it is closed. */
interface Leaving {
  readonly takeFolder: string | null;
  close(): Promise<void>;
}

/** Engines that no longer play and whose takes are being finished in the background, since a slow disk may delay that. */
export class LeavingEngines {
  readonly #finishing = new Set<Promise<void>>();
  #lastTake: string | null = null;

  constructor(private readonly trouble: (report: ReturnType<typeof reportOf>) => void) {}

  /** Folder of the last one's take; null where nothing was written. */
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
        // The writing thread may report the folder only now; a later engine's take remains the last.
        if (this.#lastTake === before) this.#lastTake = engine.takeFolder ?? before;
        this.#finishing.delete(done);
      });
    this.#finishing.add(done);
  }

  /** Resolves when all takes are closed. */
  async gone(): Promise<void> {
    await Promise.all(this.#finishing);
  }
}

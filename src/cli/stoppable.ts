import { progressBar } from './progress.js';
import { closeOnSignal } from './shutdown.js';

/** Work that reports between its steps how much of it is done (0 to 1); `watch` throws where the user stops it. */
type Work<T> = (watch: (share: number) => Promise<void>) => Promise<T>;

/** Runs a piece of work and shows its progress under this label. */
export type Shown = <T>(label: string, work: Work<T>) => Promise<T>;

/**
 * Runs long work that writes only at its end: a signal stops it between two steps, and the program says so. Work that keeps what is
 * finished says that by `stopped`.
 */
export async function stoppable<T>(
  work: (shown: Shown, signal: AbortSignal) => Promise<T>,
  stopped: () => string = () => 'Stopped; nothing was written.',
): Promise<T> {
  const stop = new AbortController();
  /** Called when the work has ended; `cut`: it was stopped. */
  let ended = (_cut: boolean) => {};
  const end = new Promise<boolean>((resolve) => {
    ended = resolve;
  });
  closeOnSignal(async () => {
    stop.abort();
    if (await end) process.stderr.write(`${stopped()}\n`);
  });
  const shown: Shown = (label, work) => underBar(label, stop.signal, work);
  try {
    const result = await work(shown, stop.signal);
    stop.signal.throwIfAborted();
    ended(false);
    return result;
  } catch (error) {
    ended(stop.signal.aborted);
    if (!stop.signal.aborted) throw error;
    // The signal's handler ends the program.
    return await new Promise<never>(() => {});
  }
}

async function underBar<T>(label: string, signal: AbortSignal, work: Work<T>): Promise<T> {
  const bar = progressBar(label);
  try {
    return await work(async (share) => {
      bar.show(share);
      await new Promise(setImmediate);
      signal.throwIfAborted();
    });
  } finally {
    bar.done();
  }
}

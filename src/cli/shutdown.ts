import { ContinuoError } from '../errors.js';
import { explain } from './explain.js';

/** Exit status of a program that a signal ended: 128 + the signal's number, as shells have it. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * From now on the first Ctrl-C, SIGTERM or closing of the terminal sets `code`, the status that the program should end with: for work
 * that stops by itself at its next whole piece. A second signal ends the program at once, and after
 * `release` the first does.
 */
export function afterSignal(): { readonly code: number | undefined; readonly release: () => void } {
  const heard: { code: number | undefined } = { code: undefined };
  const handlers = Object.entries(SIGNALS).map(([signal, code]) => {
    const handler = () => {
      if (heard.code !== undefined) process.exit(code);
      heard.code = code;
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  return {
    get code() {
      return heard.code;
    },
    release() {
      for (const [signal, handler] of handlers) process.removeListener(signal, handler);
    },
  };
}

/** How a program ends after a signal, where that differs from the default. */
interface Leaving {
  /** The status after Ctrl-C: 0 for a program that plays until somebody stops it. */
  readonly interrupted?: number;
  /** Milliseconds after which the program ends even if something is not closed yet. */
  readonly most?: number;
}

/**
 * On Ctrl-C, SIGTERM or the closing of the terminal, calls `close` and ends the program. A second signal ends it at once.
 */
export function closeOnSignal(
  close: () => Promise<void>,
  { interrupted = SIGNALS.SIGINT, most = CLOSING_MS }: Leaving = {},
): void {
  let closing = false;
  for (const [signal, code] of Object.entries(SIGNALS) as [keyof typeof SIGNALS, number][]) {
    process.on(signal, () => {
      if (closing) process.exit(code);
      closing = true;
      endAfter(close, { status: signal === 'SIGINT' ? interrupted : code, failed: code, most });
    });
  }
}

/** How long closing may take, in milliseconds. */
const CLOSING_MS = 5000;

interface Ending {
  readonly status: number;
  /** The status where closing fails, or takes more than `most` milliseconds. */
  readonly failed: number;
  readonly most: number;
}

function endAfter(close: () => Promise<void>, { status, failed, most }: Ending): void {
  setTimeout(() => process.exit(failed), most);
  close().then(
    () => process.exit(status),
    (error: unknown) => {
      process.stderr.write(`continuo: while closing: ${error instanceof Error ? error.message : error}\n`);
      process.exit(failed);
    },
  );
}

/** sysexits.h: EX_SOFTWARE. */
const DEFECT = 70;

/**
 * For a program that plays: an error that nobody caught, in a timer or a handler, prints one line, closes everything in order (silence,
 * a whole take) and ends the program with status 70. A closed pipe at its output does not end it.
 */
export function closeOnDefect(close: () => Promise<void>): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.on('error', () => {});
  }
  let caught = false;
  process.on('uncaughtException', (error: unknown) => {
    if (caught) return;
    caught = true;
    process.stderr.write(`continuo: a defect of the program ended it: ${defectLine(error)}\n`);
    endAfter(close, { status: DEFECT, failed: DEFECT, most: CLOSING_MS });
  });
}

function defectLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { CONTINUO_DEBUG } = process.env;
  return CONTINUO_DEBUG ? String(error.stack) : `${error.message.split('\n', 1)[0]} (please report it)`;
}

/** Ends the program quietly where the reader of its output has closed the pipe: `continuo … | head`. */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE') process.exit(0);
      if (stream === process.stdout)
        explain(
          new ContinuoError(
            'FILE_WRITE',
            `Standard output cannot be written${code === 'ENOSPC' ? ': the disk is full' : ''} (${code}).`,
            'Write it elsewhere.',
          ),
        );
      process.exit(1);
    });
}

/** Collects what was opened, and closes it once, in the opposite order, whenever that becomes necessary. */
export class Opened {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Closes everything, even where some of it fails; throws the first failure. */
  readonly close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
}

import { ContinuoError } from '../errors.js';
import { explain } from './explain.js';

/** How a program ends that was ended by a signal (128 + its number, as shells have it). */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * From now on the first Ctrl-C, SIGTERM or closing of the terminal is said in `code` (what the program should end with), for work
 * that ends of itself at its next whole piece. A second signal ends the program at once.
 */
export function afterSignal(): { readonly code: number | undefined } {
  const heard: { code: number | undefined } = { code: undefined };
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (heard.code !== undefined) process.exit(code);
      heard.code = code;
    });
  }
  return heard;
}

/**
/** How the end of a program that was asked to end differs from that of most. */
interface Leaving {
  /** The status after Ctrl-C: 0 for a program that plays until then, whose ordinary way out it is. */
  readonly interrupted?: number;
  /** Milliseconds after which it ends even if what runs is not closed. */
  readonly most?: number;
}

/**
 * Waits for Ctrl-C, SIGTERM or the closing of the terminal, then closes what runs and ends the program. A second signal ends it at once.
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

/** What is closed in order has this long, in milliseconds. */
const CLOSING_MS = 5000;

interface Ending {
  readonly status: number;
  /** Where closing fails, or takes more than `most` milliseconds. */
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
 * For a program that plays: whatever fails that nobody foresaw, in a timer or a handler, says one line; what runs is closed in
 * order (silence, a whole take), and the program ends with status 70. A reader of its output that goes away ends nothing.
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

/** `continuo … | head`: who reads has had enough. */
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

/** What was opened so far, to be closed in the opposite order, once, at whatever moment that becomes necessary. */
export class Opened {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Closes everything, whatever fails on the way; throws the first failure. */
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

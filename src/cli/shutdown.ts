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
 * Waits for Ctrl-C, SIGTERM or the closing of the terminal, then closes what runs and ends the program. A second signal
 * ends it at once.
 */
export function closeOnSignal(close: () => Promise<void>): void {
  let closing = false;
  for (const [signal, code] of Object.entries(SIGNALS) as [keyof typeof SIGNALS, number][]) {
    process.on(signal, () => {
      if (closing) process.exit(code);
      closing = true;
      void close().then(
        // Ended as it was asked to: Ctrl-C is the ordinary way out, and no failure.
        () => process.exit(signal === 'SIGINT' ? 0 : code),
        (error: unknown) => {
          process.stderr.write(
            `continuo: while closing: ${error instanceof Error ? error.message : error}\n`,
          );
          process.exit(code);
        },
      );
    });
  }
}

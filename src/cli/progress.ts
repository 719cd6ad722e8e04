const WIDTH = 24;
const REDRAW_MS = 100;
/** The time that is left is shown once this share is done and this time has passed: before, a guess would be noise. */
const GUESS_FROM = 0.02;
const GUESS_AFTER_MS = 1000;

export interface ProgressBar {
  /** `note` stands instead of the time that is left, `doing` before it. */
  show(share: number, note?: string, doing?: string): void;
  done(): void;
}

/**
 * A bar on standard error with the time that is left; nothing where standard error is no terminal, so that logs stay
 * readable. Call `show` with shares from 0 to 1, and `done` at the end, whatever happened.
 */
export function progressBar(label: string): ProgressBar {
  if (!process.stderr.isTTY) return { show: () => {}, done: () => {} };
  const began = performance.now();
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    show(share, note, doing) {
      const now = performance.now();
      if (now - drawn < REDRAW_MS) return;
      drawn = now;
      const filled = Math.round(share * WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
      const passed = now - began;
      const left =
        share > GUESS_FROM && passed > GUESS_AFTER_MS
          ? `, ${duration((passed * (1 - share)) / share)} left`
          : '';
      process.stderr.write(
        `\r\x1b[K${label} ${bar} ${Math.round(share * 100)} %${doing === undefined ? '' : `, ${doing}`}${note === undefined ? left : `, ${note}`}`,
      );
    },
    done() {
      process.stderr.write('\r\x1b[K');
    },
  };
}

/** Milliseconds as people say them: `45 s`, `12 min`. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

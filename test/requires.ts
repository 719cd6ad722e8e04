import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';

/** What a test may need that a user's machine may lack. */
const needs = {
  Chromium: () =>
    process.env.CONTINUO_CHROMIUM ??
    firstThatExists('/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'),
  abc2midi: () =>
    firstThatExists('/usr/bin/abc2midi', '/usr/local/bin/abc2midi', '/opt/homebrew/bin/abc2midi'),
  /** A command that runs another on a machine with a real ALSA sequencer. */
  'an ALSA sequencer (CONTINUO_ALSA_VM)': () => firstThatExists(process.env.CONTINUO_ALSA_VM),
  /** A folder of corpora: performance/pop909, performance/asap, folk … */
  'the corpora (CONTINUO_DATA)': () => firstThatExists(process.env.CONTINUO_DATA),
  /** Linux' file system of processes, in which nothing can be made. */
  '/proc': () => firstThatExists('/proc/self/..'),
  /** What limits the files of a running process (util-linux): a full disk that takes nobody's. */
  prlimit: () => firstThatExists('/usr/bin/prlimit', '/bin/prlimit'),
  /** Redis or Valkey, started by tests on loopback. */
  'redis-server': () =>
    firstThatExists(
      process.env.CONTINUO_REDIS_SERVER,
      '/usr/bin/redis-server',
      '/usr/bin/valkey-server',
      '/usr/local/bin/redis-server',
      '/opt/homebrew/bin/redis-server',
    ),
} satisfies Record<string, () => string | undefined>;

function firstThatExists(...paths: (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined && path !== '' && existsSync(path));
}

/**
 * Describes tests that need `what`. Where it is absent they are skipped by name; with CI set they fail instead,
 * so that a green CI has run them all.
 */
export function describeWith(what: keyof typeof needs, title: string, tests: (path: string) => void): void {
  const path = needs[what]();
  if (path !== undefined) describe(title, () => tests(path));
  else if (process.env.CI) {
    it(`${title}: ${what} must be there on CI`, () => {
      throw new Error(`${what} was not found`);
    });
  } else describe.skip(`${title} (needs ${what})`, () => tests(''));
}

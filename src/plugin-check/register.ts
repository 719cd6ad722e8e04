import { ContinuoError } from '../errors.js';
import type { CheckOptions } from './check-plugin.js';
import { CHECK_NAMES } from './names.js';
import { runCheck } from './run-check.js';

/** A test, as vitest's and Node's own `test` and `it` take one. */
export type Test = (name: string, run: () => Promise<void>, timeout?: number) => unknown;

/** Timeout of the test, in milliseconds; a check that hangs is ended long before. */
const TIMEOUT = 300_000;

/**
 * Registers each check of a plugin as a test, with `it` of vitest or `test` of node:test. A check that fails throws PLUGIN_CHECK.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { registerChecks } from 'continuo/plugin/testing';
 *
 * registerChecks(test, './my-plugin');
 * ```
 */
export function registerChecks(
  test: Test,
  plugin: string,
  { checks = CHECK_NAMES, seed = 1, model, sessions, corpus, ...limits }: CheckOptions = {},
): void {
  for (const check of checks)
    test(
      `${plugin} keeps the contract: ${check}`,
      async () => {
        const {
          outcome,
          message,
          reproduce,
          steps = [],
        } = await runCheck({ plugin, check, seed, model, sessions, corpus }, limits);
        if (outcome !== 'failed') return;
        throw new ContinuoError(
          'PLUGIN_CHECK',
          [message, ...steps].join('\n'),
          `continuo plugin check ${plugin} ${reproduce === undefined ? `--only ${check} --seed ${seed}` : `--reproduce ${reproduce}`} shows it.`,
        );
      },
      TIMEOUT,
    );
}

import type { CorpusOptions } from './checks/corpus.js';
import type { FuzzOptions } from './checks/fuzz.js';
import { CHECK_NAMES, type CheckName } from './names.js';
import type { CheckResult } from './result.js';
import { type Limits, runCheck } from './run-check.js';

export interface CheckOptions extends Limits, CorpusOptions, Pick<FuzzOptions, 'sessions'> {
  /** Id or path of a model folder. Default: the plugin's best. */
  readonly model?: string | undefined;
  /** A whole number: which random music the plugin is checked with. Default 1. */
  readonly seed?: number | undefined;
  /** Default: all of them. */
  readonly checks?: readonly CheckName[] | undefined;
}

/**
 * Checks a plugin, by id or the path of its folder, one check after the other; each runs in a process of its own. Gives each result
 * as it comes. Where plugin.json and the code do not load or do not agree, it skips the other checks.
 *
 * @example
 * ```ts
 * import { checkPlugin } from 'continuo/plugin/testing';
 *
 * for await (const { check, outcome, message } of checkPlugin('./my-plugin')) console.log(check, outcome, message);
 * ```
 */
export async function* checkPlugin(
  plugin: string,
  { checks = CHECK_NAMES, seed = 1, model, sessions, corpus, ...limits }: CheckOptions = {},
): AsyncGenerator<CheckResult> {
  for (const check of checks) {
    const result = await runCheck({ plugin, check, seed, model, sessions, corpus }, limits);
    yield result;
    if (check === 'descriptor' && result.outcome === 'failed') return;
  }
}

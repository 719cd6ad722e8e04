import { ContinuoError } from '../errors.js';
import { Violation } from './result.js';

/** The message for an error: a violation's own words, else what was thrown and where in the plugin's folder. */
export function messageOf(error: unknown, folder: string): string {
  if (error instanceof Violation) return error.message;
  if (error instanceof ContinuoError)
    return `${error.message}${error.hint === undefined ? '' : ` ${error.hint}`} [${error.code}]`;
  if (!(error instanceof Error)) return `It threw ${String(error)}.`;
  const place = error.stack
    ?.split('\n')
    .find((line) => line.includes(folder))
    ?.match(/([^/\\(]+:\d+):\d+\)?$/)?.[1];
  return `It threw ${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}.`;
}

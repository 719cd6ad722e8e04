import { columns } from '../../columns.js';
import { networkWords, summaryRows } from './figures.js';
import type { CellComparison, CellResult } from './result.js';

/** The comparison for a terminal. */
export function cellsText(comparison: CellComparison): string {
  return `${aboutWords(comparison)}\n\n${columns(summaryRows(comparison)).join('\n')}\n`;
}

/** What was compared on what. */
export function aboutWords({ corpus, codec, tokens, options, networks, backend }: CellComparison): string {
  const { train, valid, vocabulary } = tokens;
  return `${networks.length} networks of ${options.units} units a layer on ${corpus} (${codec}, ${vocabulary} kinds of token): ${train} tokens to learn from, ${valid} held out; ${options.steps} updates each, seed ${options.seed}, on tfjs (${backend})`;
}

/** A line when a network is finished. */
export function finishedLine(result: CellResult, secondsLeft: number): string {
  const left =
    secondsLeft > 0 && Number.isFinite(secondsLeft) ? `; about ${timeWords(secondsLeft)} left` : '';
  return `${networkWords(result)}: ${result.natsPerToken.toFixed(3)} nats a token held out, ${timeWords(result.seconds)}${left}`;
}

function timeWords(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds } from '../music/units.js';
import type { SessionCommand } from './commands.js';

/**
 * One line of a take: what came from outside, with its session time, and what the network's stream became of it.
 * Inputs and commands are enough to play a take again; the tokens show, without running anything, what it was.
 */
export type TakeRecord =
  | { readonly type: 'input'; readonly time: Seconds; readonly event: PerformanceEvent }
  | { readonly type: 'command'; readonly time: Seconds; readonly command: SessionCommand }
  /** Tokens of the player (and the ends of the model's notes where its turn was cut). */
  | { readonly type: 'fed'; readonly tokens: readonly number[] }
  /** Tokens of the network, drawn from generator `branch` of the take's seed. */
  | { readonly type: 'sampled'; readonly branch: number; readonly tokens: readonly number[] }
  /** The stream goes back to its first `length` tokens (the start token counts). */
  | { readonly type: 'back'; readonly length: number }
  /** The session forgot everything: a zero state and a new stream. */
  | { readonly type: 'zero' }
  /** A note of the network that came too late to be sent: a machine that could not keep up. A replay plays it. */
  | { readonly type: 'dropped'; readonly time: Seconds; readonly pitch: Pitch }
  | { readonly type: 'end'; readonly time: Seconds };

/**
 * The tokens that are left in the end: feeding them, start token first, into a zero state gives the session's state to
 * the bit.
 */
export function survivingTokens(records: Iterable<TakeRecord>, startToken: number): number[] {
  const tokens = [startToken];
  for (const record of records) {
    if (record.type === 'fed' || record.type === 'sampled') tokens.push(...record.tokens);
    else if (record.type === 'back') tokens.length = record.length;
    else if (record.type === 'zero') tokens.length = 1;
  }
  return tokens;
}

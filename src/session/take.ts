import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds } from '../music/units.js';
import type { SessionCommand } from './commands.js';

/**
 * One line of a take: what came from outside, with its session time, and what the network's stream became of it.
 * Inputs and commands are enough to play a take again; the tokens show, without running anything, what it was.
 * What is added here is added to the schema in host/takes/schema.ts, which every line is read by.
 */
export type TakeRecord =
  | { readonly type: 'input'; readonly time: Seconds; readonly event: PerformanceEvent }
  | { readonly type: 'command'; readonly time: Seconds; readonly command: SessionCommand }
  /** The session got to this whole second while a phrase or a turn was under way: where a take that was cut off comes to. */
  | { readonly type: 'clock'; readonly time: Seconds }
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
  /** Nothing ran from `time` until `until` (a closed lid, a stopped process): turn and phrase ended where they stood. */
  | { readonly type: 'pause'; readonly time: Seconds; readonly until: Seconds }
  /**
   * The log could not be written from the one time to the other. What could wait was written after all; `lost` records were not,
   * and the stream then has `length` tokens.
   */
  | {
      readonly type: 'gap';
      readonly from: Seconds;
      readonly to: Seconds;
      readonly lost: number;
      readonly length: number;
    }
  /** From here on the model begins no turn, since something else is played to the player, or begins turns again. */
  | { readonly type: 'hold'; readonly time: Seconds; readonly held: boolean }
  | { readonly type: 'end'; readonly time: Seconds };

/** What happens to a session at a time; the times of these never go back. The other records say what came of it. */
export type TimedRecord = Extract<
  TakeRecord,
  { readonly type: 'input' | 'command' | 'clock' | 'pause' | 'hold' | 'end' }
>;

/** Whether a record says when it happened to the session. */
export function isTimed(record: TakeRecord): record is TimedRecord {
  return 'time' in record && record.type !== 'dropped';
}

/** Where a take has lost records, and cannot be played again any further; -1 where it has lost none. */
export function firstLoss(records: readonly TakeRecord[]): number {
  return records.findIndex((record) => record.type === 'gap' && record.lost > 0);
}

/**
 * The tokens that are left in the end: feeding them, start token first, into a zero state gives the session's state to
 * the bit.
 */
export function survivingTokens(records: Iterable<TakeRecord>, startToken: number): number[] {
  const tokens = [startToken];
  for (const record of records) applyRecord(tokens, record);
  return tokens;
}

/** What a record makes of the stream's `tokens`, start token first. */
export function applyRecord(tokens: number[], record: TakeRecord): void {
  if (record.type === 'fed' || record.type === 'sampled')
    for (const token of record.tokens) tokens.push(token);
  else if (record.type === 'back') tokens.length = record.length;
  else if (record.type === 'zero') tokens.length = 1;
}

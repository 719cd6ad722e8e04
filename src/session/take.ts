import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds } from '../music/units.js';
import type { ParamValue } from '../plugin/params.js';
import type { Mode, SessionCommand } from './commands.js';

/**
 * One line of a take: inputs and commands with their session times, and the tokens that came of them. Inputs and commands are
 * enough to replay a take; the tokens show what it was without running a network. Each type here has its schema in
 * host/takes/schema.ts, by which every line is read.
 */
export type TakeRecord =
  | { readonly type: 'input'; readonly time: Seconds; readonly event: PerformanceEvent }
  | { readonly type: 'command'; readonly time: Seconds; readonly command: SessionCommand }
  /** A clock mark: the session reached this whole second while a phrase or a turn was under way. It dates a take that was cut off. */
  | { readonly type: 'clock'; readonly time: Seconds }
  /** Tokens of the player's events, and of the ends of the model's notes where its turn was ended. */
  | { readonly type: 'fed'; readonly tokens: readonly number[] }
  /** Tokens that were sampled from the network with generator `branch` of the take's seed. */
  | { readonly type: 'sampled'; readonly branch: number; readonly tokens: readonly number[] }
  /** The stream goes back to its first `length` tokens (the start token counts). */
  | { readonly type: 'back'; readonly length: number }
  /** The session began again with a zero state and a new stream. */
  | { readonly type: 'zero' }
  /** A note that came too late to be sent, since the machine could not keep up. A replay plays it. */
  | { readonly type: 'dropped'; readonly time: Seconds; readonly pitch: Pitch }
  /** The process did not run from `time` until `until` (a closed lid, SIGSTOP): turn and phrase ended at `time`. */
  | { readonly type: 'pause'; readonly time: Seconds; readonly until: Seconds }
  /**
   * The log could not be written between the two times. What was buffered was written later; `lost` records were not, and the
   * stream has `length` tokens after them.
   */
  | {
      readonly type: 'gap';
      readonly from: Seconds;
      readonly to: Seconds;
      readonly lost: number;
      readonly length: number;
    }
  /**
   * Another session takes over from a checkpoint of the one before, which failed, or gave way to other code of the plugin: the stream
   * goes back to its first `length` tokens, as they stood at `from`.
   */
  | {
      readonly type: 'restart';
      readonly time: Seconds;
      readonly from: Seconds;
      readonly length: number;
      /** As {@link Resumption.branch}. */
      readonly branch: number;
      readonly mode: Mode;
      readonly values: Readonly<Record<string, ParamValue>>;
      /** The session before hung: a replay plays it to the checkpoint alone, or it would hang there too. */
      readonly hung?: true;
      /** Other code of the plugin plays from here on: its version, and a hash of the code, 16 hex digits. */
      readonly plugin?: { readonly version: string; readonly code: string };
    }
  /** The session went on hold (the model begins no turn, since something else is played to the player), or the hold ended. */
  | { readonly type: 'hold'; readonly time: Seconds; readonly held: boolean }
  | { readonly type: 'end'; readonly time: Seconds };

/** Records of what happened to a session, with times that never go back. The others say what came of it. */
export type TimedRecord = Extract<
  TakeRecord,
  { readonly type: 'input' | 'command' | 'clock' | 'pause' | 'hold' | 'restart' | 'end' }
>;

/** Whether a record is a {@link TimedRecord}. */
export function isTimed(record: TakeRecord): record is TimedRecord {
  return 'time' in record && record.type !== 'dropped';
}

/** Index of the first gap with lost records, beyond which a take cannot be replayed; -1 where there is none. */
export function firstLoss(records: readonly TakeRecord[]): number {
  return records.findIndex((record) => record.type === 'gap' && record.lost > 0);
}

/** The token stream at the end of a take. Fed into a zero state, start token first, it gives the session's state to the bit. */
export function survivingTokens(records: Iterable<TakeRecord>, startToken: number): number[] {
  const tokens = [startToken];
  for (const record of records) applyRecord(tokens, record);
  return tokens;
}

/** Applies a record to the stream's `tokens` (start token first), in place. */
export function applyRecord(tokens: number[], record: TakeRecord): void {
  if (record.type === 'fed' || record.type === 'sampled')
    for (const token of record.tokens) tokens.push(token);
  else if (record.type === 'back' || record.type === 'restart') tokens.length = record.length;
  else if (record.type === 'zero') tokens.length = 1;
}

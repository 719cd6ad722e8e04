import type { PerformanceEvent } from '../music/note.js';
import type { Pitch, Seconds } from '../music/units.js';
import type { ParamValue } from '../plugin/params.js';
import { LEAD, type Mode, type SessionCommand } from './commands.js';

/**
 * One line of a take: inputs and commands with their session times, and the tokens that came of them. Inputs and commands are
 * enough to replay a take; the tokens show what it was without running a network. Each type here has its schema in
 * host/takes/schema.ts, by which every line is read. In a take of a band, `member` is the id of the member whose stream a record is about;
 * without it, it is about the first one's.
 */
export type TakeRecord =
  | { readonly type: 'input'; readonly time: Seconds; readonly event: PerformanceEvent }
  | { readonly type: 'command'; readonly time: Seconds; readonly command: SessionCommand }
  /** A clock mark: the session reached this whole second while a phrase or a turn was under way. It dates a take that was cut off. */
  | { readonly type: 'clock'; readonly time: Seconds }
  /** Tokens of the player's events, and of the ends of the model's notes where its turn was ended. */
  | { readonly type: 'fed'; readonly tokens: readonly number[]; readonly member?: string }
  /** Tokens that were sampled from the network with generator `branch` of the take's seed. */
  | {
      readonly type: 'sampled';
      readonly branch: number;
      readonly tokens: readonly number[];
      readonly member?: string;
    }
  /** The stream goes back to its first `length` tokens (the start token counts). */
  | { readonly type: 'back'; readonly length: number; readonly member?: string }
  /** The session began again with a zero state and a new stream. */
  | { readonly type: 'zero'; readonly member?: string }
  /** A note that came too late to be sent, since the machine could not keep up. A replay plays it. */
  | { readonly type: 'dropped'; readonly time: Seconds; readonly pitch: Pitch; readonly member?: string }
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
      /** From where the further members of a band go on; one that is not named begins from zero. */
      readonly others?: readonly MemberRestart[];
    }
  /**
   * A member of a band failed, and goes on from its checkpoint of the time `from`, or from zero (`length` 1); the others play on. `notes`:
   * how many beginnings and ends of notes came of it before, since its session began. `out`: it plays no more.
   */
  | {
      readonly type: 'rejoin';
      readonly member: string;
      readonly time: Seconds;
      readonly from: Seconds;
      readonly length: number;
      readonly branch: number;
      readonly notes: number;
      readonly out?: true;
    }
  /** The session went on hold (the model begins no turn, since something else is played to the player), or the hold ended. */
  | { readonly type: 'hold'; readonly time: Seconds; readonly held: boolean }
  | { readonly type: 'end'; readonly time: Seconds };

/** From where a further member of a band goes on in another session, as the fields of `restart` say it of the first. */
export interface MemberRestart {
  readonly member: string;
  readonly from: Seconds;
  readonly length: number;
  readonly branch: number;
  readonly mode: Mode;
  readonly values: Readonly<Record<string, ParamValue>>;
}

/** Records of what happened to a session, with times that never go back. The others say what came of it. */
export type TimedRecord = Extract<
  TakeRecord,
  { readonly type: 'input' | 'command' | 'clock' | 'pause' | 'hold' | 'restart' | 'rejoin' | 'end' }
>;

/** Whether a record is a {@link TimedRecord}. */
export function isTimed(record: TakeRecord): record is TimedRecord {
  return 'time' in record && record.type !== 'dropped';
}

/** Index of the first gap with lost records, beyond which a take cannot be replayed; -1 where there is none. */
export function firstLoss(records: readonly TakeRecord[]): number {
  return records.findIndex((record) => record.type === 'gap' && record.lost > 0);
}

/** The member whose stream a record is about; undefined: the first. */
export function streamOf(record: TakeRecord): string | undefined {
  const member = 'member' in record ? record.member : undefined;
  return member === LEAD ? undefined : member;
}

/**
 * The token stream at the end of a take. Fed into a zero state, start token first, it gives the session's state to the bit. `begins`: the
 * start token, or the tokens of the state that the take goes on from. `member`: the stream of a further member of a band.
 */
export function survivingTokens(
  records: Iterable<TakeRecord>,
  begins: number | ArrayLike<number>,
  member?: string,
): number[] {
  const tokens = typeof begins === 'number' ? [begins] : Array.from(begins);
  for (const record of records) {
    const length = lengthAtRestart(record, member);
    if (length !== null) tokens.length = length;
    else if (streamOf(record) === member) applyRecord(tokens, record);
  }
  return tokens;
}

/** How long a member's stream is after a restart of the whole session; null for other records. */
export function lengthAtRestart(record: TakeRecord, member: string | undefined): number | null {
  if (record.type !== 'restart') return null;
  if (member === undefined) return record.length;
  return record.others?.find((other) => other.member === member)?.length ?? 1;
}

/** Applies a record of a stream to its `tokens` (start token first), in place. */
export function applyRecord(tokens: number[], record: TakeRecord): void {
  if (record.type === 'fed' || record.type === 'sampled')
    for (const token of record.tokens) tokens.push(token);
  else if (record.type === 'back' || record.type === 'restart' || record.type === 'rejoin')
    tokens.length = record.length;
  else if (record.type === 'zero') tokens.length = 1;
}

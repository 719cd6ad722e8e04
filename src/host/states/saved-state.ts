import { createHash } from 'node:crypto';
import { parse, stringify } from 'devalue';
import { z } from 'zod';
import { ContinuoError } from '../../errors.js';
import type { Seconds } from '../../music/units.js';
import type { ParamValues } from '../../plugin/definition.js';
import { paramValue } from '../../plugin/param-schema.js';
import { readRegularFile } from '../../read-file.js';
import type { Resumption } from '../../session/checkpoint.js';
import { mode } from '../../session/command-schema.js';
import { LEAD, type Mode, type SessionCommand } from '../../session/commands.js';
import type { TakeRecord } from '../../session/take.js';
import type { Setup } from '../models/open-host-performer.js';
import { setup } from '../models/setup-schema.js';
import { isPlainData } from './plain-data.js';
import type { Tail } from './tail.js';
import { turnState } from './turn-schema.js';

/** How one member stood: what its session goes on from in another process, or on another machine. */
export interface SavedMember {
  /** `lead` for the first, or the only one. */
  readonly id: string;
  readonly mode: Mode;
  readonly values: ParamValues;
  readonly pluginVersion: string;
  /** Hash of its model. A state means nothing to other weights. */
  readonly modelHash: string;
  /** Its codec's name and hash. A stream means nothing to another codec. */
  readonly codec: string;
  readonly resumption: Resumption;
}

/** How a session stood at one moment. */
export interface SavedState {
  /** When it was saved, ISO 8601. */
  readonly date: string;
  readonly setup: Setup;
  /** Session time of the first member's checkpoint. */
  readonly time: Seconds;
  /** The first one first. */
  readonly members: readonly SavedMember[];
  /** Name of the snapshot, where somebody named it. */
  readonly name?: string;
  /** Beside a take: it is of another session. */
  readonly foreign?: true;
  /** Beside the log of its take, whose tokens it leaves out: how many records of it came before. */
  readonly records?: number;
}

/** Whether a state has all that its session needs to be the very same one: of all members, at one time. */
export function isWhole({ members, time }: SavedState): boolean {
  return members.every(({ resumption: { checkpoint } }) => {
    return checkpoint.turn !== undefined && checkpoint.time === time;
  });
}

/** Whether nobody played then: no turn and no phrase was under way. */
export function isAtRest({ members }: SavedState): boolean {
  return members.every(({ resumption: { checkpoint } }) => {
    const phase = checkpoint.turn?.phase;
    return phase === 'waiting' || phase === 'stopped';
  });
}

/** The moments that records go back to, or that a session is to go back to which stands so. */
export function recalledIn(records: readonly TakeRecord[], state?: SavedState): Set<string> {
  const ids = new Set<string>();
  for (const record of records)
    if (record.type === 'command' && record.command.type === 'recall') ids.add(record.command.id);
  for (const { resumption } of state?.members ?? []) {
    const { recallsNext = null, band } = resumption.checkpoint.turn ?? {};
    for (const id of [recallsNext, band?.recallsNext ?? null]) if (id !== null) ids.add(id);
  }
  return ids;
}

/** The commands that set modes and parameters, and start the session, as they were in the end. */
export function settingsOf({ state, tail }: ResumeFrom): SessionCommand[] {
  const saved = state.members.flatMap(({ id, mode, values, resumption }) => {
    const member = id === LEAD ? {} : { member: id };
    const params = Object.entries(values).map(([param, value]): SessionCommand => {
      return { type: 'param', id: param, value, ...member };
    });
    const { turn } = resumption.checkpoint;
    const muted: SessionCommand[] = turn?.muted ? [{ type: 'mute', muted: true, ...member }] : [];
    return [{ type: 'mode', mode, ...member } as const, ...params, ...muted];
  });
  if (tail === undefined) return saved;
  const ran = state.members[0]?.resumption.checkpoint.turn?.phase !== 'stopped';
  const since = tail.records.flatMap((record) => (record.type === 'command' ? [record.command] : []));
  return [...saved, ...(ran ? [{ type: 'start' } as const] : []), ...since];
}

/** Session time up to which the session is known to have played. */
export function endOf({ state, tail }: ResumeFrom): Seconds {
  const begun = Math.max(state.time, tail?.until ?? 0);
  return (tail?.records ?? []).reduce((end, record) => Math.max(end, timeOf(record)), begun);
}

function timeOf(record: TakeRecord): Seconds {
  return record.type === 'pause' ? record.until : 'time' in record ? record.time : 0;
}

/** A moment that a session can go back to. */
export interface Moment {
  readonly id: string;
  readonly state: SavedState;
}

/** A session goes on from this. */
export interface ResumeFrom {
  readonly state: SavedState;
  /** Name of the take that it comes from; null: of none. */
  readonly take: string | null;
  /**
   * What has happened since. The session does it again, faster than it passed and unheard, and goes on from there: where the state is
   * whole, as the one that it goes on from would have. Absent: it goes on from the state, as another session.
   */
  readonly tail?: Tail;
  /** The moments that are gone back to in the tail. Without them it is done again up to there. */
  readonly recalled?: readonly Moment[];
  /** Its named moments, the earliest kept first. */
  readonly moments?: readonly Moment[];
}

/** The longest name of a snapshot, in characters. */
export const LONGEST_NAME = 60;

const TYPE = 'continuo-state';
const VERSION = 1;
/** A state is some 50 to 500 kB. */
export const LARGEST_STATE = 64 * 1024 * 1024;

const head = z.object({ type: z.literal(TYPE), version: z.int().min(1), sha256: z.string().length(64) });

const checkpoint = z.object({
  time: z.number().min(0),
  length: z.int().min(1),
  branch: z.int().min(0),
  stream: z.unknown(),
  state: z.unknown(),
  logits: z.instanceof(Float32Array),
  learnt: z.object({ version: z.int().min(0), json: z.string() }).optional(),
  turn: turnState.exactOptional(),
});
const saved = z.object({
  date: z.string(),
  setup,
  time: z.number().min(0),
  members: z
    .array(
      z.object({
        ...{ id: z.string(), mode, values: z.record(z.string(), paramValue) },
        ...{ pluginVersion: z.string(), modelHash: z.string(), codec: z.string() },
        resumption: z.object({
          ...{ checkpoint, branch: z.int().min(0), same: z.literal(true).exactOptional() },
          tokens: z.union([z.instanceof(Int32Array), z.array(z.int())]),
        }),
      }),
    )
    .min(1),
  name: z.string().max(LONGEST_NAME).exactOptional(),
  foreign: z.literal(true).exactOptional(),
  records: z.int().min(0).exactOptional(),
});

/**
 * A saved state as text of two lines: a head with a checksum, and the state. Numbers, typed arrays, maps and sets come back as they were,
 * to the bit.
 */
export function encodeState(state: SavedState): string {
  const body = stringify(state);
  return `${JSON.stringify({ type: TYPE, version: VERSION, sha256: sumOf(body) })}\n${body}\n`;
}

/** Reads what {@link encodeState} made. `name`: what to call it in messages. Throws STATE_BROKEN, STATE_VERSION. */
export function decodeState(text: string, name: string): SavedState {
  const end = text.indexOf('\n');
  const found = head.safeParse(parsed(text.slice(0, Math.max(0, end))));
  if (!found.success) throw broken(name, 'it does not begin as a saved state does');
  if (found.data.version > VERSION)
    throw new ContinuoError(
      'STATE_VERSION',
      `${name} is a saved state of version ${found.data.version}; this program reads states up to version ${VERSION}.`,
      'A newer version of Continuo wrote it: use that one.',
    );
  const body = text.slice(end + 1).replace(/\n$/, '');
  if (sumOf(body) !== found.data.sha256)
    throw broken(name, 'its checksum does not fit: it was cut short or changed');
  const state = saved.safeParse(unpacked(body));
  if (!state.success) throw broken(name, 'its parts are not those of a saved state');
  return state.data as SavedState;
}

/** Reads a saved state from a file. Throws FILE_READ, STATE_BROKEN, STATE_VERSION. */
export async function readState(path: string): Promise<SavedState> {
  const bytes = await readRegularFile(path, LARGEST_STATE);
  return decodeState(new TextDecoder().decode(bytes), path);
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function unpacked(body: string): unknown {
  try {
    const data: unknown = parse(body);
    // A file may come from anybody.
    return isPlainData(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function broken(name: string, why: string): ContinuoError {
  return new ContinuoError(
    'STATE_BROKEN',
    `${name} is no saved state that can be read: ${why}.`,
    'Save it again, or begin without it.',
  );
}

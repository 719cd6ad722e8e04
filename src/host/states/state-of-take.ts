import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { momentId } from '../../session/command-schema.js';
import { LEAD } from '../../session/commands.js';
import { applyRecord, isTimed, lengthAtRestart, streamOf, type TakeRecord } from '../../session/take.js';
import { LAST_STATE, MOMENTS } from '../takes/header.js';
import { isBeingWritten } from '../takes/library/written-by.js';
import { readTake, type Take } from '../takes/read-take.js';
import {
  type Moment,
  type ResumeFrom,
  readState,
  recalledIn,
  type SavedMember,
  type SavedState,
} from './saved-state.js';

/**
 * What a session goes on from that was played in another process: how it stood last, as its take keeps it beside the log, and what came
 * after that in the log. `path`: the take's folder. Throws STATE_OTHER where nothing was kept, or the log does not have what came before,
 * and what reading the take throws.
 */
export async function stateOfTake(path: string): Promise<ResumeFrom> {
  const folder = path.endsWith('.jsonl') ? dirname(path) : path;
  if (isBeingWritten(folder))
    throw new ContinuoError(
      'TAKE_BUSY',
      `The take ${basename(resolve(folder))} is being played now.`,
      'Go on from it when its session is over.',
    );
  const file = join(folder, LAST_STATE);
  if (!existsSync(file)) throw unknown(folder, 'it kept no state');
  const take = await readTake(path);
  const { records = 0, ...state } = await readState(file);
  const before = placeOf(take.records, records);
  const members = state.members.map((member) => withTokens(member, take, before));
  const [first] = members;
  if (!first) throw unknown(folder, 'its log does not have the music of that state');
  return {
    state: { ...state, members: members.filter((member) => member !== null) },
    take: basename(resolve(folder)),
    ...tailOf(state, take.records.slice(before), take.moments),
    moments: await namedMoments(join(folder, MOMENTS)),
  };
}

/** The snapshots that the take keeps. One that cannot be read is left out. */
async function namedMoments(folder: string): Promise<Moment[]> {
  const moments: Moment[] = [];
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    const id = basename(file, '.state');
    if (!momentId.safeParse(id).success || file === id) continue;
    const state = await readState(join(folder, file)).catch(() => null);
    if (state?.name !== undefined) moments.push({ id, state });
  }
  return moments.sort((one, other) => one.state.date.localeCompare(other.state.date));
}

/** Index of the record after the first `count` that came of the session; gaps are the log's own. */
function placeOf(records: readonly TakeRecord[], count: number): number {
  let left = count;
  const place = records.findIndex((record) => record.type !== 'gap' && left-- === 0);
  return place < 0 ? records.length : place;
}

/** What came after the state, as far as one session can do it again. */
function tailOf(
  state: SavedState,
  records: readonly TakeRecord[],
  known: Take['moments'],
): Required<Pick<ResumeFrom, 'tail' | 'recalled'>> {
  const { time } = state;
  const end = records.findIndex(({ type }) => type === 'restart' || type === 'gap');
  const told = (end < 0 ? records : records.slice(0, end)).filter(({ type }) => type !== 'end');
  const ends = records.map((record) => (isTimed(record) ? record.time : time));
  const recalled = [...recalledIn(told, state)].flatMap((id) => {
    const moment = known?.get(id);
    return moment ? [{ id, state: moment }] : [];
  });
  const until = ends.reduce((last, one) => Math.max(last, one), time);
  return { tail: { records: told, until }, recalled };
}

/** A member's state with its stream from the log; null where the log does not have it. */
function withTokens(member: SavedMember, { records, start }: Take, before: number): SavedMember | null {
  const { resumption, id } = member;
  const { length } = resumption.checkpoint;
  const of = id === LEAD ? undefined : id;
  const begins = start?.members.find((one) => one.id === id)?.resumption.tokens ?? resumption.tokens;
  const tokens = Array.from(begins);
  for (const record of records.slice(0, before)) follow(tokens, record, of);
  if (tokens.length < length) return null;
  return { ...member, resumption: { ...resumption, tokens: Int32Array.from(tokens.slice(0, length)) } };
}

function follow(tokens: number[], record: TakeRecord, member: string | undefined): void {
  const restarted = lengthAtRestart(record, member);
  if (restarted !== null) tokens.length = restarted;
  else if (streamOf(record) === member) applyRecord(tokens, record);
}

function unknown(folder: string, why: string): ContinuoError {
  return new ContinuoError(
    'STATE_OTHER',
    `The session of ${folder} cannot go on: ${why}.`,
    'Begin another session; the take can still be heard and replayed.',
  );
}

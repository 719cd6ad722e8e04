import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { LEAD } from '../../session/commands.js';
import { applyRecord, lengthAtRestart, streamOf, type TakeRecord } from '../../session/take.js';
import { LAST_STATE } from '../takes/header.js';
import { isBeingWritten } from '../takes/library/written-by.js';
import { readTake, type Take } from '../takes/read-take.js';
import { type ResumeFrom, readState, type SavedMember } from './saved-state.js';

/**
 * What a session goes on from that was played in another process: how it stood last, as its take keeps it beside the log. `path`: the take's
 * folder. Throws STATE_OTHER where music that came before that was taken back or forgotten afterwards, or nothing was kept, and what
 * reading the take throws.
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
  const members = state.members.map((member) => withTokens(member, take, records));
  const [first] = members;
  if (!first) throw unknown(folder, 'the music of that state was taken back or forgotten');
  return {
    state: { ...state, members: members.filter((member) => member !== null) },
    take: basename(resolve(folder)),
  };
}

/** A member's state with its stream from the log; null where that went back behind it later. */
function withTokens(member: SavedMember, { records, start }: Take, before: number): SavedMember | null {
  const { resumption, id } = member;
  const { length } = resumption.checkpoint;
  const of = id === LEAD ? undefined : id;
  const begins = start?.members.find((one) => one.id === id)?.resumption.tokens ?? resumption.tokens;
  const tokens = Array.from(begins);
  for (const [index, record] of records.entries()) {
    follow(tokens, record, of);
    if (index + 1 >= before && tokens.length < length) return null;
  }
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

import { z } from 'zod';
import { ContinuoError } from '../../errors.js';
import type { Seconds } from '../../music/units.js';
import type { TakeRecord } from '../../session/take.js';
import { takeRecord } from '../takes/schema.js';

/** What has happened to a session since it stood as a state says. */
export interface Tail {
  readonly records: readonly TakeRecord[];
  /** Session time up to which the session is known to have played. */
  readonly until: Seconds;
}

const batch = z.array(takeRecord);

/** Records as text. Several texts one after the other, each read by itself, are the tail. */
export function encodeRecords(records: readonly TakeRecord[]): string {
  return JSON.stringify(records);
}

/** Reads what {@link encodeRecords} made. `name`: what to call it in messages. Throws STATE_BROKEN. */
export function decodeRecords(text: string, name: string): TakeRecord[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken(name, 'they are no JSON');
  }
  const read = batch.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue!.path.map(String).join('.');
  throw broken(name, `${place === '' ? 'a list of records was expected' : `at ${place}`}: ${issue!.message}`);
}

function broken(name: string, why: string): ContinuoError {
  return new ContinuoError(
    'STATE_BROKEN',
    `The records of ${name} cannot be read: ${why}.`,
    'Go on from the state without them: what happened since it was made is lost.',
  );
}

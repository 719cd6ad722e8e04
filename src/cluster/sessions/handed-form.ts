import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ContinuoError } from '../../errors.js';
import { decodeState, encodeState, LARGEST_STATE, type SavedState } from '../../host/states/saved-state.js';
import { decodeRecords, encodeRecords } from '../../host/states/tail.js';
import type { TakeRecord } from '../../session/take.js';

// Both run in a thread of Node's, beside the one that sends notes.
const packed = promisify(gzip);
const unpacked = promisify(gunzip);
/** What the weights' states weigh is not to be pressed further; speed counts. */
const LEVEL = 1;

/** A state as the broker keeps it. */
export async function packState(state: SavedState): Promise<Uint8Array> {
  return packed(encodeState(state), { level: LEVEL });
}

/** Reads what {@link packState} made. Throws STATE_BROKEN, STATE_VERSION. */
export async function unpackState(bytes: Uint8Array, session: string): Promise<SavedState> {
  const name = `The state of session ${session} at the broker`;
  let text: string;
  try {
    text = (await unpacked(bytes, { maxOutputLength: LARGEST_STATE })).toString('utf8');
  } catch (cause) {
    throw new ContinuoError(
      'STATE_BROKEN',
      `${name} cannot be unpacked.`,
      'Close the session, and open another.',
      {
        cause,
      },
    );
  }
  return decodeState(text, name);
}

/** Records as they are added to a tail. */
export function packRecords(records: readonly TakeRecord[]): Uint8Array {
  return Buffer.from(encodeRecords(records));
}

/** Reads the batches of a tail, in order. Throws STATE_BROKEN. */
export function unpackRecords(batches: readonly Uint8Array[], session: string): TakeRecord[] {
  return batches.flatMap((batch) => decodeRecords(Buffer.from(batch).toString('utf8'), `session ${session}`));
}

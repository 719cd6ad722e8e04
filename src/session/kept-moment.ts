import { ContinuoError } from '../errors.js';
import type { Resumption } from './checkpoint.js';

/** A moment that the command `recall` goes back to. */
export interface KeptMoment {
  readonly resumption: Resumption;
  /** It is of this very session, whose music up to then stays. */
  readonly own: boolean;
}

/** Throws MOMENT_UNKNOWN where there is no moment of this id. */
export function requireMoment(id: string, moment: KeptMoment | undefined): KeptMoment {
  if (moment !== undefined) return moment;
  throw new ContinuoError(
    'MOMENT_UNKNOWN',
    `No moment is kept under the id ${JSON.stringify(id)}.`,
    'Keep one first, with the command keep.',
  );
}

import { ContinuoError } from '../../errors.js';

/** What a call throws that should throw an error with a code; fails where it throws another, or none. */
export function coded(call: () => unknown): ContinuoError {
  try {
    call();
  } catch (error) {
    if (error instanceof ContinuoError) return error;
    throw error;
  }
  throw new Error('expected an error with a code; none was thrown');
}

import { SIGNS, tokenRole } from './grammar-tokens.js';

/** Widest leap, in scale steps, that is counted separately; wider leaps count as this one. */
export const WIDEST_LEAP = 8;
/** Number of leap classes, downwards and upwards. */
export const LEAPS = 2 * WIDEST_LEAP + 1;

/** Whether a token is a note or belongs to one: a length, tie or tuplet. */
export function isNoteSign(token: number): boolean {
  return tokenRole(token) === 'music';
}

/** The staff step of a pitch token; null for any other token. */
export function stepOf(token: number): number | null {
  const sign = SIGNS[token];
  return sign?.kind === 'pitch' ? sign.step : null;
}

/** Index, among {@link LEAPS} classes, of the leap between two steps. */
export function leapIndex(from: number, to: number): number {
  return WIDEST_LEAP + Math.max(-WIDEST_LEAP, Math.min(WIDEST_LEAP, to - from));
}

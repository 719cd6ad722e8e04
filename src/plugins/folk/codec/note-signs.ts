import { SIGNS, tokenRole } from './grammar-tokens.js';

/** Steps of the scale from note to note are told apart up to this; what leaps further is counted with it. */
export const WIDEST_LEAP = 8;
/** Kinds of steps, down and up. */
export const LEAPS = 2 * WIDEST_LEAP + 1;

/** Whether a token is a note, or belongs to one: its length, a tie, a tuplet. */
export function isNoteSign(token: number): boolean {
  return tokenRole(token) === 'music';
}

/** The step of the scale of a token that is a pitch; null of any other. */
export function stepOf(token: number): number | null {
  const sign = SIGNS[token];
  return sign?.kind === 'pitch' ? sign.step : null;
}

/** Which of the {@link LEAPS} leads from one step to another. */
export function leapIndex(from: number, to: number): number {
  return WIDEST_LEAP + Math.max(-WIDEST_LEAP, Math.min(WIDEST_LEAP, to - from));
}

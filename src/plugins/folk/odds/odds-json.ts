import { arrayAt, broken, numberAt } from '../../../model/json.js';

/** Beyond e^10 nothing else would ever be taken. */
const SUREST = 10;

/** A logarithm of odds. Throws MODEL_BROKEN. */
export function oddsAt(value: unknown, place: string): number {
  const odds = numberAt(value, place);
  if (Math.abs(odds) <= SUREST) return odds;
  throw broken(`${place}: expected a number from -${SUREST} to ${SUREST}, got ${odds}`);
}

/** `count` of them. Throws MODEL_BROKEN. */
export function oddsListAt(value: unknown, place: string, count: number): readonly number[] {
  const list = arrayAt(value, place).map((each) => oddsAt(each, place));
  if (list.length === count) return list;
  throw broken(`${place}: expected ${count} numbers, got ${list.length}`);
}

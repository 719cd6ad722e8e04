import { arrayAt, broken, numberAt } from '../../../model/json.js';

/** Beyond odds of e^10 no other token would ever be sampled. */
const SUREST = 10;

/** Parses log odds. Throws MODEL_BROKEN. */
export function oddsAt(value: unknown, place: string): number {
  const odds = numberAt(value, place);
  if (Math.abs(odds) <= SUREST) return odds;
  throw broken(`${place}: expected a number from -${SUREST} to ${SUREST}, got ${odds}`);
}

/** Parses a list of `count` log odds. Throws MODEL_BROKEN. */
export function oddsListAt(value: unknown, place: string, count: number): readonly number[] {
  const list = arrayAt(value, place).map((each) => oddsAt(each, place));
  if (list.length === count) return list;
  throw broken(`${place}: expected ${count} numbers, got ${list.length}`);
}

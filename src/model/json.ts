import { ContinuoError } from '../errors.js';

/** Readers of parsed JSON that came from outside: what is not as expected is MODEL_BROKEN, with its place. */

export type JsonObject = { readonly [key: string]: unknown };

/** MODEL_BROKEN, with what was expected and what came. */
export function broken(message: string): ContinuoError {
  return new ContinuoError(
    'MODEL_BROKEN',
    message,
    'Fetch or export the model folder again: model.json and all of its weight files.',
  );
}

/** `value` in a few characters, for messages. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Whether it is an object, and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value`, an object. Throws MODEL_BROKEN with its place. */
export function objectAt(value: unknown, place: string): JsonObject {
  if (!isObject(value)) throw broken(`${place}: expected an object, got ${show(value)}`);
  return value;
}

/** `value`, a list. Throws MODEL_BROKEN with its place. */
export function arrayAt(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw broken(`${place}: expected a list, got ${show(value)}`);
  return value;
}

/** `value`, a text. Throws MODEL_BROKEN with its place. */
export function stringAt(value: unknown, place: string): string {
  if (typeof value !== 'string') throw broken(`${place}: expected a string, got ${show(value)}`);
  return value;
}

/** `value`, a finite number. Throws MODEL_BROKEN with its place. */
export function numberAt(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw broken(`${place}: expected a finite number, got ${show(value)}`);
  return value;
}

/** A size: an integer from 1 to 2^24. */
export function sizeAt(value: unknown, place: string): number {
  const size = numberAt(value, place);
  if (!Number.isInteger(size) || size < 1 || size > 1 << 24)
    throw broken(`${place}: expected an integer from 1 to ${1 << 24}, got ${size}`);
  return size;
}

/** A token of a vocabulary of so many, where one is said: as a part of an object. */
export function firstPlanTokenAt(
  value: unknown,
  classes: number,
  place: string,
): { readonly unheard?: number } {
  return value === undefined ? {} : { unheard: tokensAt([value], classes, place)[0]! };
}

/** A list of tokens of a vocabulary of so many. */
export function tokensAt(value: unknown, classes: number, place: string): readonly number[] {
  const tokens = arrayAt(value, place).map((token) => numberAt(token, place));
  if (tokens.every((token) => Number.isInteger(token) && token >= 0 && token < classes)) return tokens;
  throw broken(`${place}: expected tokens from 0 to ${classes - 1}`);
}

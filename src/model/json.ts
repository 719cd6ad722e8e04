import { ContinuoError } from '../errors.js';

/** Readers of parsed JSON from outside. Each throws MODEL_BROKEN, with the place in the file, where a value is not as expected. */

export type JsonObject = { readonly [key: string]: unknown };

/** An error MODEL_BROKEN; `message` says what was expected and what came. */
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

/** Whether `value` is an object and not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns `value` if it is an object. Throws MODEL_BROKEN. */
export function objectAt(value: unknown, place: string): JsonObject {
  if (!isObject(value)) throw broken(`${place}: expected an object, got ${show(value)}`);
  return value;
}

/** Returns `value` if it is a list. Throws MODEL_BROKEN. */
export function arrayAt(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw broken(`${place}: expected a list, got ${show(value)}`);
  return value;
}

/** Returns `value` if it is a string. Throws MODEL_BROKEN. */
export function stringAt(value: unknown, place: string): string {
  if (typeof value !== 'string') throw broken(`${place}: expected a string, got ${show(value)}`);
  return value;
}

/** Returns `value` if it is a finite number. Throws MODEL_BROKEN. */
export function numberAt(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw broken(`${place}: expected a finite number, got ${show(value)}`);
  return value;
}

/** Returns `value` if it is a size, an integer from 1 to 2^24. Throws MODEL_BROKEN. */
export function sizeAt(value: unknown, place: string): number {
  const size = numberAt(value, place);
  if (!Number.isInteger(size) || size < 1 || size > 1 << 24)
    throw broken(`${place}: expected an integer from 1 to ${1 << 24}, got ${size}`);
  return size;
}

/** The optional token from which on tokens are a plan and not music, as a property to spread into a spec. Throws MODEL_BROKEN. */
export function firstPlanTokenAt(
  value: unknown,
  classes: number,
  place: string,
): { readonly firstPlanToken?: number } {
  return value === undefined ? {} : { firstPlanToken: tokensAt([value], classes, place)[0]! };
}

/** Returns `value` if it is a list of tokens below `classes`. Throws MODEL_BROKEN. */
export function tokensAt(value: unknown, classes: number, place: string): readonly number[] {
  const tokens = arrayAt(value, place).map((token) => numberAt(token, place));
  if (tokens.every((token) => Number.isInteger(token) && token >= 0 && token < classes)) return tokens;
  throw broken(`${place}: expected tokens from 0 to ${classes - 1}`);
}

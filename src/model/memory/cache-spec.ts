import { float16sAt } from '../base64-float16.js';
import { arrayAt, broken, numberAt, objectAt, stringAt } from '../json.js';

/**
 * What a model folder says of its cache, under `userDefinedMetadata.continuo.cache`; training/torch/cache.py fits it. How much a
 * token that was heard weighs, where the network alone weighs 1: e to the power of sharpness x cosine + odds, with the cosine of what
 * the projection makes of the hidden states then and now.
 */
export interface CacheSpec {
  /** (token) Which class it counts in: what only differs by velocity, or a little in time, is alike. */
  readonly classes: readonly number[];
  /** (class) */
  readonly odds: readonly number[];
  readonly sharpness: number;
  /** (unit + 1, width), row-major: the matrix, and in the last row what is added. */
  readonly projection: Float32Array;
  readonly width: number;
}

/** Beyond, the exponentials of a broken file would not be numbers. */
const SUREST = 100;
const WIDEST = 256;

/** Reads a folder's cache; undefined where it has none. `units`: of the network's last layer. Throws MODEL_BROKEN. */
export function parseCache(value: unknown, units: number, tokens: number): CacheSpec | undefined {
  if (value === undefined) return undefined;
  const place = 'model.json: userDefinedMetadata.continuo.cache';
  const said = objectAt(value, place);
  const numbers = (name: string) =>
    arrayAt(said[name], `${place}.${name}`).map((each) => numberAt(each, `${place}.${name}`));
  const classes = numbers('classes');
  const odds = numbers('odds');
  const sharpness = numberAt(said.sharpness, `${place}.sharpness`);
  if (!odds.every((each) => Math.abs(each) <= SUREST) || !(sharpness > 0 && sharpness <= SUREST))
    throw broken(`${place}: expected odds and a sharpness of at most ${SUREST}`);
  if (
    classes.length !== tokens ||
    !classes.every((each) => Number.isInteger(each) && each >= 0 && each < odds.length)
  )
    throw broken(`${place}.classes: expected ${tokens} classes from 0 to ${odds.length - 1}`);
  const projection = float16sAt(stringAt(said.projection, `${place}.projection`), `${place}.projection`);
  const width = projection.length / (units + 1);
  if (!Number.isInteger(width) || width < 1 || width > WIDEST || !projection.every(Number.isFinite))
    throw broken(
      `${place}.projection: expected ${units + 1} rows of 1 to ${WIDEST} numbers, got ${projection.length} numbers`,
    );
  return { classes, odds, sharpness, projection, width };
}

import { float16sAt } from '../base64-float16.js';
import { arrayAt, broken, numberAt, objectAt, stringAt } from '../json.js';

/**
 * The cache of a model folder, `userDefinedMetadata.continuo.cache` in its model.json; training/torch/cache.py fits it. A stored
 * token has the weight e^(sharpness x cosine + log-odds of its class) against 1 for the network, with the cosine of the projected
 * hidden states then and now.
 */
export interface CacheSpec {
  /** (token) The class that it counts in: tokens that differ only in velocity, or a little in time, share one. */
  readonly classes: readonly number[];
  /** (class) */
  readonly odds: readonly number[];
  readonly sharpness: number;
  /** (unit + 1, width), row-major: the matrix, then the bias in the last row. */
  readonly projection: Float32Array;
  readonly width: number;
}

/** Bound on log-odds and sharpness, so that the exponentials of a broken file stay finite. */
const SUREST = 100;
const WIDEST = 256;

/** Parses a folder's cache; undefined where it has none. `units` is the size of the network's last layer. Throws MODEL_BROKEN. */
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

import { ContinuoError } from '../errors.js';

/** Field names with their radices, in order: the first is the most significant digit. */
export type Fields = Readonly<Record<string, number>>;

/** A value for each field: an integer from 0 to below the field's radix. */
export type Values<F extends Fields> = { readonly [K in keyof F]: number };

/** Packs several small integers into one (mixed radix). */
export interface Packed<F extends Fields = Fields> {
  readonly fields: F;
  /** Number of packed integers: the product of the radices; 1 where there are no fields. */
  readonly size: number;
  /** Throws PACK_RANGE, naming the field, where a value is out of range. */
  pack(values: Values<F>): number;
  /** Throws TOKEN_RANGE where `packed` is not an integer from 0 to below `size`. */
  unpack(packed: number): Values<F>;
}

/** Packed integers fit a signed 32-bit word. */
const LARGEST_SIZE = 2 ** 31;

/**
 * Makes a mixed-radix packing. The first field is the most significant, so packed integers sort as their tuples do.
 * Throws PACK_RADIX where a radix is not a positive integer, the product is above 2^31, or a name would not keep its place.
 *
 * @example
 * packed({ pitch: 88, bin: 16 }).pack({ pitch: 2, bin: 3 }); // 35
 */
export function packed<const F extends Fields>(fields: F): Packed<F> {
  const digits = Object.entries(fields).map(([name, radix]) => ({ name, radix, weight: 1 }));
  let size = 1;
  for (const digit of digits.toReversed()) {
    checkField(digit.name, digit.radix);
    digit.weight = size;
    size *= digit.radix;
  }
  if (size > LARGEST_SIZE) {
    throw new ContinuoError(
      'PACK_RADIX',
      `the fields ${digits.map(({ name, radix }) => `${name} (${radix})`).join(' x ')} make ${size} integers; at most 2^31 can be packed`,
      'Use smaller radices, or split the fields over two ranges of the vocabulary.',
    );
  }

  return {
    fields,
    size,
    pack(values) {
      let sum = 0;
      for (const { name, radix, weight } of digits) {
        const value = values[name];
        if (value === undefined || !Number.isInteger(value) || value < 0 || value >= radix) {
          throw new ContinuoError(
            'PACK_RANGE',
            `the field ${name} takes an integer from 0 to ${radix - 1}, not ${value}`,
          );
        }
        sum += value * weight;
      }
      return sum;
    },
    unpack(integer) {
      if (!Number.isInteger(integer) || integer < 0 || integer >= size) {
        throw new ContinuoError(
          'TOKEN_RANGE',
          `a packed integer lies from 0 to ${size - 1} here, not ${integer}`,
        );
      }
      const values: Record<string, number> = {};
      for (const { name, radix, weight } of digits) values[name] = Math.floor(integer / weight) % radix;
      return values as Values<F>;
    },
  };
}

function checkField(name: string, radix: number): void {
  // Objects list integer-like names first, whatever order they were written in.
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    throw new ContinuoError('PACK_RADIX', `a packed field is named by letters, digits and _, not "${name}"`);
  }
  if (!Number.isInteger(radix) || radix < 1) {
    throw new ContinuoError('PACK_RADIX', `the radix of ${name} must be a positive integer, not ${radix}`);
  }
}

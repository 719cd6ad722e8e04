import { ContinuoError } from '../errors.js';
import { fnv1a64 } from './hash.js';
import { type Fields, type Packed, packed, type Values } from './packed.js';

/** Most characters of a token's description. */
export const LONGEST_WORDS = 80;

/** A range of consecutive tokens of one kind, which packed fields distinguish. */
export interface TokenRange<N extends string = string, F extends Fields = Fields> {
  readonly name: N;
  readonly packed: Packed<F>;
  /** Describes a token of the range in musical words. */
  words(values: Values<F>): string;
}

/** A range as data for trainers: tokens `first` to `first + size - 1`. */
export interface RangeTable {
  readonly name: string;
  readonly first: number;
  readonly size: number;
  /** Radices by field name, most significant first. */
  readonly fields: Fields;
}

/** The range and field values of a token. */
export type Reading<R extends TokenRange> =
  R extends TokenRange<infer N, infer F> ? { readonly range: N; readonly values: Values<F> } : never;

/** All tokens of a codec: an ordered list of packed ranges. */
export interface Vocabulary<R extends TokenRange = TokenRange> {
  readonly size: number;
  /** 16 hex digits over names and radices: vocabularies with equal hashes give tokens the same meanings. */
  readonly hash: string;
  readonly ranges: readonly RangeTable[];
  /** The token of `values` in a range. Throws PACK_RANGE where a value is out of its field's range. */
  token<N extends R['name']>(range: N, values: ValuesOf<R, N>): number;
  /** The meaning of a token. Throws TOKEN_RANGE where there is no such token. */
  read(token: number): Reading<R>;
  /**
   * Describes a token in musical words, e.g. `C4 on, velocity 61-64`: what people are shown. Each token differently, in one line of at
   * most {@link LONGEST_WORDS} characters. Throws TOKEN_RANGE.
   */
  describe(token: number): string;
}

type ValuesOf<R extends TokenRange, N extends string> =
  Extract<R, { readonly name: N }> extends TokenRange<N, infer F> ? Values<F> : never;

/** Makes a range of a vocabulary; without `words` a token is described by its fields, as `HIT drum 3, level 2`. Throws PACK_RADIX. */
export function range<const N extends string, const F extends Fields>(
  name: N,
  fields: F,
  words: (values: Values<F>) => string = (values) => fieldWords(name, values),
): TokenRange<N, F> {
  return { name, packed: packed(fields), words };
}

function fieldWords(name: string, values: Readonly<Record<string, number>>): string {
  const fields = Object.entries(values).map(([field, value]) => `${field} ${value}`);
  return [name, fields.join(', ')].filter((part) => part !== '').join(' ');
}

/**
 * Makes a vocabulary of `ranges` in order. `name` enters the hash and stands for meanings that the radices do not show (the lowest
 * pitch, the length of a step). Throws PACK_RADIX where two ranges share a name or there is no token.
 */
export function vocabulary<const R extends TokenRange>(name: string, ranges: readonly R[]): Vocabulary<R> {
  const tables: RangeTable[] = [];
  const byName = new Map<string, { readonly range: R; readonly first: number }>();
  let size = 0;
  for (const range of ranges) {
    if (byName.has(range.name)) {
      throw new ContinuoError('PACK_RADIX', `the vocabulary ${name} has two ranges named ${range.name}`);
    }
    byName.set(range.name, { range, first: size });
    tables.push({ name: range.name, first: size, size: range.packed.size, fields: range.packed.fields });
    size += range.packed.size;
  }
  if (size === 0 || size > 2 ** 31) {
    throw new ContinuoError(
      'PACK_RADIX',
      `the vocabulary ${name} has ${size} tokens; 1 to 2^31 are possible`,
    );
  }

  function find(token: number): { range: R; values: Values<Fields> } {
    const at =
      Number.isInteger(token) && token < size ? tables.findLastIndex(({ first }) => first <= token) : -1;
    const range = ranges[at];
    if (range === undefined) {
      throw new ContinuoError(
        'TOKEN_RANGE',
        `a token of ${name} is an integer from 0 to ${size - 1}, not ${token}`,
        'The tokens may have been made with another codec.',
      );
    }
    return { range, values: range.packed.unpack(token - tables[at]!.first) };
  }

  return {
    size,
    hash: fnv1a64(JSON.stringify([name, tables.map(({ name, fields }) => [name, Object.entries(fields)])])),
    ranges: tables,
    token(rangeName, values) {
      const { range, first } = byName.get(rangeName)!;
      return first + range.packed.pack(values);
    },
    read(token) {
      const { range, values } = find(token);
      return { range: range.name, values } as Reading<R>;
    },
    describe(token) {
      const { range, values } = find(token);
      return range.words(values);
    },
  };
}

/** A vocabulary without the types of its ranges, for code that reads any vocabulary. */
export function anyVocabulary<R extends TokenRange>(typed: Vocabulary<R>): Vocabulary {
  // Sound: `token` checks at run time what the types of the ranges would check.
  return typed as unknown as Vocabulary;
}

/** Concatenates two vocabularies: the tokens of the second follow those of the first. */
export function sideBySide<A extends TokenRange, B extends TokenRange>(
  typedFirst: Vocabulary<A>,
  typedSecond: Vocabulary<B>,
): Vocabulary {
  const [first, second] = [anyVocabulary(typedFirst), anyVocabulary(typedSecond)];
  const { size } = first;
  const of = <T>(
    token: number,
    read: (vocabulary: Pick<Vocabulary, 'read' | 'describe'>, token: number) => T,
  ) => (token >= size ? read(second, token - size) : read(first, token));
  return {
    size: size + second.size,
    hash: fnv1a64(JSON.stringify([first.hash, second.hash])),
    ranges: [...first.ranges, ...second.ranges.map((table) => ({ ...table, first: size + table.first }))],
    token(range, values) {
      const isFirst = first.ranges.some(({ name }) => name === range);
      return isFirst ? first.token(range, values) : size + second.token(range, values);
    },
    read: (token) => of(token, (vocabulary, own) => vocabulary.read(own)),
    describe: (token) => of(token, (vocabulary, own) => vocabulary.describe(own)),
  };
}

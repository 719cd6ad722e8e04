import { fnv1a64 } from '../../../codec/hash.js';
import { range, type TokenRange, type Vocabulary, vocabulary } from '../../../codec/vocabulary.js';
import { type FolkSymbol, symbolOf } from './symbols.js';
import { RANGES, type RangeName } from './words.js';

type FolkRange = TokenRange<RangeName, { readonly word: number }>;

const WORDS: readonly string[] = Object.values(RANGES).flat();

/** folk-rnn v2's 137 classes, then what it lacks. Each range has one field: which of its words. */
export const folkVocabulary: Vocabulary<FolkRange> = vocabulary(
  `folk-session-1 ${fnv1a64(WORDS.join(' '))}`,
  Object.entries(RANGES).map(
    ([name, words]): FolkRange =>
      range(name as RangeName, { word: words.length }, ({ word }) => words[word]!),
  ),
);

/** What each token says. (token) */
export const folkSymbols: readonly FolkSymbol[] = WORDS.map(symbolOf);

const TOKENS: ReadonlyMap<string, number> = new Map(WORDS.map((word, token) => [word, token]));

/** The token of a word such as `2>` or `K:Cmaj`; undefined where there is none. */
export function folkToken(word: string): number | undefined {
  return TOKENS.get(word);
}

/** The word of a token. Throws TOKEN_RANGE. */
export function folkWord(token: number): string {
  return folkVocabulary.describe(token);
}

/**
 * Tokens that count the bars of a part: bar lines, and what a part begins after. A network may be fed them by their numbers, and
 * recalls bars by their places.
 */
export const folkBars: { readonly counted: readonly number[]; readonly resets: readonly number[] } = {
  counted: [TOKENS.get('|')!],
  resets: [
    '<s>',
    ...RANGES.meter,
    ...RANGES['more meters'],
    ...RANGES.key,
    ...RANGES['more modes'],
    ...RANGES.type,
    ...['|:', ':|', '||'],
  ].map((word) => TOKENS.get(word)!),
};

export const START = TOKENS.get('<s>')!;
export const END = TOKENS.get('</s>')!;

import { fnv1a64 } from '../../../codec/hash.js';
import { range, type TokenRange, type Vocabulary, vocabulary } from '../../../codec/vocabulary.js';
import { type FolkSymbol, symbolOf } from './symbols.js';
import { RANGES, type RangeName } from './words.js';

type FolkRange = TokenRange<RangeName, { readonly word: number }>;

const WORDS: readonly string[] = Object.values(RANGES).flat();

/**
 * The vocabulary: the 137 classes of folk-rnn v2, then those that it lacks. Each range has one field, the index of the
 * word.
 */
export const folkVocabulary: Vocabulary<FolkRange> = vocabulary(
  `folk-session-1 ${fnv1a64(WORDS.join(' '))}`,
  Object.entries(RANGES).map(
    ([name, words]): FolkRange =>
      range(name as RangeName, { word: words.length }, ({ word }) => words[word]!),
  ),
);

/** Meaning of each token. Shape: (token). */
export const folkSymbols: readonly FolkSymbol[] = WORDS.map(symbolOf);

const TOKENS: ReadonlyMap<string, number> = new Map(WORDS.map((word, token) => [word, token]));

/** The token of a word such as `2>` or `K:Cmaj`; undefined if there is none. */
export function folkToken(word: string): number | undefined {
  return TOKENS.get(word);
}

/** The word of a token. Throws TOKEN_RANGE for an unknown token. */
export function folkWord(token: number): string {
  return folkVocabulary.describe(token);
}

/**
 * Tokens for counting the bars of a part: bar lines (`counted`) and tokens after which a part begins (`resets`). A
 * network may take the bar number as an input and recall bars by their position.
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

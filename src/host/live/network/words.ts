import { LONGEST_WORDS, type Vocabulary } from '../../../codec/vocabulary.js';

/** Most tokens whose words are told: a larger vocabulary is shown by numbers. */
const MOST_TOKENS = 65_536;

/** Each token in musical words (token), for people; `token N` where the vocabulary, which may be a plugin's own, has none. */
export function wordsOf(vocabulary: Pick<Vocabulary, 'size' | 'describe'>): string[] {
  const { size } = vocabulary;
  if (size > MOST_TOKENS) return [];
  return Array.from({ length: size }, (_, token) => {
    try {
      return String(vocabulary.describe(token)).slice(0, LONGEST_WORDS);
    } catch {
      return `token ${token}`;
    }
  });
}

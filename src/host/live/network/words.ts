import { type Codec, tokenWords } from '../../../codec/codec.js';
import { LONGEST_WORDS } from '../../../codec/vocabulary.js';

/** Most tokens whose words are told: a larger vocabulary is shown by numbers. */
const MOST_TOKENS = 65_536;

/** Each token in musical words (token), for people; `token N` where the codec, which may be a plugin's own, has none. */
export function wordsOf(codec: Pick<Codec, 'vocabulary' | 'words'>): string[] {
  const { size } = codec.vocabulary;
  if (size > MOST_TOKENS) return [];
  return Array.from({ length: size }, (_, token) => {
    try {
      return String(tokenWords(codec, token)).slice(0, LONGEST_WORDS);
    } catch {
      return `token ${token}`;
    }
  });
}

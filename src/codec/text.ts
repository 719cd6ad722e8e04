import { ContinuoError } from '../errors.js';
import { fnv1a64 } from './hash.js';
import { range, type Vocabulary, vocabulary } from './vocabulary.js';

/** Translates between text and tokens, one token a character (Unicode code point). Its vocabulary is the characters of the training text. */
export interface TextCodec {
  readonly id: typeof TEXT_CODEC;
  readonly vocabulary: Vocabulary;
  /** The token that is fed before a text. */
  readonly startToken: number;
  /** The characters of the tokens after the start token. */
  readonly characters: readonly string[];
  /**
   * Encodes a text. Throws TEXT_CHARACTER at the first unknown character, naming line and column; `begins` are those of the text's
   * first character in its file.
   */
  encode(text: string, begins?: { readonly line: number; readonly column: number }): number[];
  /** Decodes tokens; the start token gives nothing. Throws TOKEN_RANGE. */
  decode(tokens: ArrayLike<number>): string;
}

/** Id of all character codecs; the hash of its vocabulary says which characters it has. */
export const TEXT_CODEC = 'text';

const START = 0;
const MOST_CHARACTERS = 60_000;

/** Normalises text: composed characters (NFC), line ends \n, no byte order mark. */
export function plainText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n');
}

/** The distinct characters of a normalised text, sorted by code point. */
export function charactersOf(text: string): string[] {
  return [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
}

/**
 * Makes the codec of these characters, in the order of {@link charactersOf}, in which model.json stores them too. Throws PACK_RADIX
 * where there are none, too many, or one twice.
 */
export function textCodec(characters: Iterable<string>): TextCodec {
  const known = [...characters];
  const tokens = new Map(known.map((character, index) => [character, START + 1 + index]));
  if (tokens.size !== known.length || known.length === 0 || known.length > MOST_CHARACTERS) {
    throw new ContinuoError(
      'PACK_RADIX',
      `expected 1 to ${MOST_CHARACTERS} different characters for a vocabulary, got ${known.length}, ${tokens.size} of them different`,
    );
  }
  const all = vocabulary(`${TEXT_CODEC} ${fnv1a64(known.join(''))}`, [
    range('START', { start: 1 }, () => 'start'),
    range('CHARACTER', { character: known.length }, ({ character }) => JSON.stringify(known[character])),
  ]);
  return {
    id: TEXT_CODEC,
    vocabulary: all,
    startToken: START,
    characters: known,
    encode(text, begins = { line: 1, column: 1 }) {
      let { line, column } = begins;
      return Array.from(plainText(text), (character) => {
        const token = tokens.get(character);
        if (token === undefined) {
          throw new ContinuoError(
            'TEXT_CHARACTER',
            `line ${line}, column ${column}: the model has never seen the character ${JSON.stringify(character)}`,
            `It knows ${known.length}: ${JSON.stringify(known.join('').slice(0, 100))}`,
          );
        }
        if (character === '\n') [line, column] = [line + 1, 1];
        else column++;
        return token;
      });
    },
    decode: (given) =>
      Array.from(given, (token) => {
        const { range: name, values } = all.read(token);
        return name === 'START' ? '' : known[values.character!]!;
      }).join(''),
  };
}

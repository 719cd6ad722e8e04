import { ContinuoError } from '../errors.js';
import { fnv1a64 } from './hash.js';
import { range, type Vocabulary, vocabulary } from './vocabulary.js';

/** Text <-> tokens, a token a character (Unicode code point). Its vocabulary is the characters of the text that was learnt from. */
export interface TextCodec {
  readonly id: typeof TEXT_CODEC;
  readonly vocabulary: Vocabulary;
  /** Fed before a text, no character of it. */
  readonly startToken: number;
  /** What each token after the start token says. */
  readonly characters: readonly string[];
  /** Throws TEXT_CHARACTER at the first one that there is no token for, naming line and column; `begins`: those of the first character. */
  encode(text: string, begins?: { readonly line: number; readonly column: number }): number[];
  /** The start token says nothing. Throws TOKEN_RANGE. */
  decode(tokens: ArrayLike<number>): string;
}

/** Every character vocabulary has this id; which one it is, its hash says. */
export const TEXT_CODEC = 'text';

const START = 0;
const MOST_CHARACTERS = 60_000;

/** One form for what looks alike: composed characters (NFC), lines that end in \n, no byte order mark. */
export function plainText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n');
}

/** The characters of a text in {@link plainText}'s form, each once, by code point. */
export function charactersOf(text: string): string[] {
  return [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
}

/**
 * The codec of these characters, as {@link charactersOf} orders them (and as model.json keeps them, joined). Throws PACK_RADIX
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

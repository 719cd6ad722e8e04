import type { Vocabulary } from '../../../codec/vocabulary.js';
import { ContinuoError } from '../../../errors.js';
import type { Tune } from '../../../music/abc/tune.js';
import { type DecodeOptions, decodeTune } from './decode.js';
import { type EncodedTune, encodeTune } from './encode.js';
import type { FolkSymbol } from './symbols.js';
import { END, folkSymbols, folkToken, folkVocabulary, folkWord, START } from './vocabulary.js';

/**
 * A codec between tunes and tokens. Its tokens are words of ABC notation on the tonic C with `L:1/8`, a superset of
 * folk-rnn v2's 137: a folk-rnn token stream reads unchanged.
 *
 * @example
 * const tune = folkCodec.decode(folkCodec.read('M:4/4 K:Cmaj |: G 2 E G :|'), { tonic: { letter: 1, alter: 0 } }); // in D
 * const { tokens, refusal } = folkCodec.encode(tune);
 */
export interface FolkCodec {
  readonly id: string;
  readonly vocabulary: Vocabulary;
  /** `<s>`: fed to the network before a tune; not part of the tune's tokens. */
  readonly startToken: number;
  /** `</s>`: the last token of a tune. */
  readonly endToken: number;
  /** Meaning of each token. Shape: (token). */
  readonly symbols: readonly FolkSymbol[];
  encode(tune: Tune): EncodedTune;
  /** Accepts any sequence of known tokens: see {@link decodeTune}. Throws TOKEN_RANGE for an unknown token. */
  decode(tokens: ArrayLike<number>, options?: DecodeOptions): Tune;
  /** Writes tokens as words separated by spaces, the format of folk-rnn. Throws TOKEN_RANGE for an unknown token. */
  write(tokens: ArrayLike<number>): string;
  /** Reads words separated by white space. Throws TOKEN_RANGE, naming the first unknown word. */
  read(words: string): number[];
}

export const folkCodec: FolkCodec = {
  id: 'folk-session-1',
  vocabulary: folkVocabulary,
  startToken: START,
  endToken: END,
  symbols: folkSymbols,
  encode: encodeTune,
  decode: decodeTune,
  write: (tokens) => Array.from(tokens, folkWord).join(' '),
  read(words) {
    const read = words.split(/\s+/).filter((word) => word !== '');
    return read.map((word, index) => {
      const token = folkToken(word);
      if (token !== undefined) return token;
      throw new ContinuoError(
        'TOKEN_RANGE',
        `word ${index + 1}, "${word.slice(0, 20)}", is no token of folk-session-1`,
        "Expected folk-rnn's words separated by blanks, such as: M:4/4 K:Cmaj |: G 2 E G :|",
      );
    });
  },
};

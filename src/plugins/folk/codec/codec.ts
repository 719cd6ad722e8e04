import type { Vocabulary } from '../../../codec/vocabulary.js';
import { ContinuoError } from '../../../errors.js';
import type { Tune } from '../../../music/abc/tune.js';
import { type DecodeOptions, decodeTune } from './decode.js';
import { type EncodedTune, encodeTune } from './encode.js';
import type { FolkSymbol } from './symbols.js';
import { END, folkSymbols, folkToken, folkVocabulary, folkWord, START } from './vocabulary.js';

/** A codec of tunes. Its tokens are words of ABC on the tonic C with L:1/8; a stream of folk-rnn's 137 reads as it stands. */
export interface FolkCodec {
  readonly id: string;
  readonly vocabulary: Vocabulary;
  /** `<s>`; fed before a tune, not part of its tokens. */
  readonly startToken: number;
  /** `</s>`; the last token of a tune. */
  readonly endToken: number;
  /** What each token says. (token) */
  readonly symbols: readonly FolkSymbol[];
  encode(tune: Tune): EncodedTune;
  /** Total: see {@link decodeTune}. */
  decode(tokens: ArrayLike<number>, options?: DecodeOptions): Tune;
  /** Tokens as their words, separated by blanks: folk-rnn's own form. Throws TOKEN_RANGE. */
  write(tokens: ArrayLike<number>): string;
  /** The tokens of words separated by white space. Throws TOKEN_RANGE, naming the word that there is no token for. */
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

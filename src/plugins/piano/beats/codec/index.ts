import type { EncodedPiece } from '../../../../codec/codec.js';
import { anyVocabulary, type Vocabulary } from '../../../../codec/vocabulary.js';
import type { BeatMap } from '../../../../music/beats/beat-map.js';
import { decodeBeats } from './decode.js';
import { type BeatPiece, encodeBeats } from './encode.js';
import { beatVocabulary, END, START } from './vocabulary.js';

export type { BeatPiece, ChordChange } from './encode.js';

/** A codec of performances with beats, bars and chords. */
export interface BeatCodec {
  readonly id: 'performance-beats';
  readonly vocabulary: Vocabulary;
  /** The token that is fed before a piece. */
  readonly startToken: number;
  /** The last token of a piece. */
  readonly endToken: number;
  encode(piece: BeatPiece): EncodedPiece;
  /** Total: see {@link decodeBeats}. Throws TOKEN_RANGE. */
  decode(tokens: ArrayLike<number>, known?: BeatMap): BeatPiece;
}

export const beatCodec: BeatCodec = {
  id: 'performance-beats',
  vocabulary: anyVocabulary(beatVocabulary),
  startToken: START,
  endToken: END,
  encode: encodeBeats,
  decode: decodeBeats,
};

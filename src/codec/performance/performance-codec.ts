import type { PerformanceCodec } from '../codec.js';
import { LONGEST_SHIFT, type PerformanceAlphabet } from './alphabet.js';
import { decodePerformance, encodePerformance } from './file.js';
import { PerformanceStream } from './stream.js';

/** The codec of performances over an alphabet. A stream starts, and a piece is fed, after the longest shift. */
export function performanceCodec(alphabet: PerformanceAlphabet): PerformanceCodec {
  return {
    id: alphabet.id,
    symbols: alphabet.symbols,
    vocabulary: alphabet.vocabulary,
    startToken: alphabet.shift(LONGEST_SHIFT),
    encode: (performance) => encodePerformance(alphabet, performance),
    decode: (tokens) => decodePerformance(alphabet, tokens),
    stream: (time, options) => new PerformanceStream(alphabet, time, options),
  };
}

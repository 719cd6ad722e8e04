export { type FolkCodec, folkCodec } from './codec.js';
export { type DecodeOptions, decodeTune } from './decode.js';
export { type EncodedTune, encodeTune } from './encode.js';
export type { FolkSymbol } from './symbols.js';
export { tuneTypeOf } from './tune-type.js';
export { END, folkSymbols, folkToken, folkVocabulary, folkWord, START } from './vocabulary.js';
export { TUNE_TYPES, type TuneType } from './words.js';

export { type FolkCodec, folkCodec } from './codec.js';
export type { DecodeOptions } from './decode.js';
export type { EncodedTune } from './encode.js';
export type { FolkSymbol } from './symbols.js';
export { tuneTypeOf } from './tune-type.js';
export { TUNE_TYPES, type TuneType } from './words.js';

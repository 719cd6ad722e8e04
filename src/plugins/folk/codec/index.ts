export { tuneTypeOf } from '../../../music/abc/tune-type.js';
export { type FolkCodec, folkCodec } from './codec.js';
export type { DecodeOptions } from './decode.js';
export type { EncodedTune } from './encode.js';
export type { FolkSymbol } from './symbols.js';
export { TUNE_TYPES, type TuneType } from './words.js';

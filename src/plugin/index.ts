/** All that a plugin is written against. */
export type {
  Codec,
  Lately,
  PerformanceCodec,
  StreamSnapshot,
  Struck,
  TokenStream,
  Voice,
} from '../codec/codec.js';
export { codecById, packed, range, vocabulary } from '../codec/index.js';
export { type TextCodec, textCodec } from '../codec/text.js';
export { ContinuoError } from '../errors.js';
export {
  definePlugin,
  type Grammar,
  type GrammarContext,
  type ParamValues,
  type PluginDefinition,
  type TextMaking,
  type TuneMaking,
} from './definition.js';
export { folkLive } from './folk-live.js';
export { folkTunes } from './folk-tunes.js';

/** All that a plugin is written against. */
export type { Codec, PerformanceCodec, TokenStream } from '../codec/codec.js';
export { codecById } from '../codec/index.js';
export {
  definePlugin,
  type Grammar,
  type GrammarContext,
  type ParamValues,
  type PluginDefinition,
} from './definition.js';

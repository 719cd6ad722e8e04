import type { Codec, TokenStream } from '../codec/codec.js';
import type { FolkCodec } from '../codec/folk/codec.js';
import type { FolkGrammar } from '../codec/folk/grammar.js';
import type { TuneRules } from '../codec/folk/grammar-rules.js';
import type { NotationOptions } from '../codec/folk/live.js';
import type { TextCodec } from '../codec/text.js';
import type { ParamValue } from './params.js';

/** The values of the plugin's parameters at this moment, by id. */
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** What a grammar may look at. */
export interface GrammarContext {
  readonly params: ParamValues;
  /** The stream up to here: which notes are open, where the head stands. */
  readonly stream: TokenStream;
  /** The model's turn is over: nothing new should begin, what sounds should come to its end. */
  readonly ending: boolean;
}

/** Which tokens may come next. It only ever forbids; the network composes. */
export interface Grammar {
  /**
   * Writes 0 into `mask` (token) where the token may not come next. Called before each sampled token, and before the stream
   * forbids what makes no sense; where the two leave nothing, time may pass. Should not allocate.
   */
  forbid(mask: Uint8Array, context: GrammarContext): void;
  /**
   * Where the music has left its measure: adds to `logits` (token) what leads it back, and returns true; else it returns false
   * and leaves them alone, so that what is drawn is the network's own, to the bit. By what the stream tells of the music alone, in
   * arithmetic that is the same on every machine. Should not allocate.
   */
  lean?(logits: Float32Array, context: GrammarContext): boolean;
  /** Whether the model, some time into its turn, has strayed so far that it should go back to what it heard before it began. */
  strays?(context: GrammarContext): boolean;
}

/**
 * A plugin: how music becomes tokens, and which tokens may follow. The host runs the network and samples with its own
 * seeded generator, so every plugin is reproducible. Parameters named `temperature`, `topK` and `topP` steer that sampler; a toggle
 * named `click` is the session's metronome, for a codec whose streams have a pulse.
 */
export interface PluginDefinition {
  /** Where the plugin plays live: the codec for a model; `modelCodec` is the codec id that the model folder names. Throws CODEC_UNKNOWN. */
  codec?(modelCodec: string): Codec;
  /** Made once a session, for the codec in use. */
  grammar?(codec: Codec): Grammar;
  /** The music so far in ABC, where the plugin can write it: a live stream's tokens, without the start token. null: no note yet. */
  notation?(tokens: readonly number[], params: ParamValues, options: NotationOptions): string | null;
  /** Where the plugin makes whole tunes, without a clock. A plugin that only does so has no feature `live`. */
  readonly tunes?: TuneMaking;
  /** Where the plugin goes on from a text. */
  readonly texts?: TextMaking;
}

/** How whole tunes become tokens, and which tokens may follow. */
export interface TuneMaking {
  /** Throws CODEC_UNKNOWN. */
  codec(modelCodec: string): FolkCodec;
  /** Made once a tune. */
  grammar(rules: TuneRules): FolkGrammar;
}

/** How text becomes tokens. */
export interface TextMaking {
  /** The codec of the characters that a model knows. Throws PACK_RADIX. */
  codec(characters: string): TextCodec;
}

/** Types a plugin's default export. */
export function definePlugin(definition: PluginDefinition): PluginDefinition {
  return definition;
}

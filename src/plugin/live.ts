import type { Codec, TokenStream } from '../codec/codec.js';
import type { Seconds } from '../music/units.js';
import type { ModelPair } from './model-pair.js';
import type { OwnState } from './own-state.js';
import type { ParamShapes, ParamSpecs, ValuesOf } from './params.js';

/** What a grammar may look at. */
export interface GrammarContext<Params extends ParamShapes = ParamSpecs> {
  readonly params: ValuesOf<Params>;
  /** The stream up to here: which notes are open, where the head stands. */
  readonly stream: TokenStream;
  /** The model's turn is over: nothing new should begin, what sounds should come to its end. */
  readonly ending: boolean;
  /** For how long the model has looked for a place to close at; undefined where it is to play on. */
  readonly closingFor?: Seconds;
}

/** Which tokens may come next. It only ever forbids; network or predictor compose. */
export interface Grammar<Params extends ParamShapes = ParamSpecs> {
  /**
   * Writes 0 into `mask` (token) where the token may not come next. Called before each sampled token, and before the stream
   * forbids what makes no sense; where the two leave nothing, time may pass. Should not allocate.
   */
  forbid(mask: Uint8Array, context: GrammarContext<Params>): void;
  /**
   * Where the music has left its measure: adds to `logits` (token) what leads it back, and returns true; else it returns false
   * and leaves them alone, so that what is drawn is the network's own, to the bit. By what the stream tells of the music and the
   * parameters alone, in arithmetic that is the same on every machine. Should not allocate.
   */
  bias?(logits: Float32Array, context: GrammarContext<Params>): boolean;
  /** Whether the model, some time into its turn, has strayed so far that it should go back to what it heard before it began. */
  hasDrifted?(context: GrammarContext<Params>): boolean;
  /** Whether the music could close at the head of the stream: nothing new is begun then, and what sounds may ring out. */
  mayClose?(context: GrammarContext<Params>): boolean;
}

/** How much of the music is to be written down. */
export interface NotationOptions {
  /** Include the bar that is not finished yet. */
  readonly unfinishedBar: boolean;
  /** The last bars alone. */
  readonly bars?: number;
  /** X: of the tune; default 1. */
  readonly number?: number;
  /** How the music came to be, in words, such as for ABC's `N:` field. */
  readonly provenance?: string;
}

/** An instrument that a plugin plays. */
export interface PluginVoice {
  /** What the stream's notes name it by (`part`). */
  readonly id: string;
  readonly name: string;
  /** MIDI channel of its notes, 1 to 16. Default: the session's (`--channel`). */
  readonly channel?: number;
  /** General MIDI program, 1 to 128; sent when the output is connected. Default: the synth stays as it is. */
  readonly program?: number;
}

/** Plays with people: its codec's streams turn what they do into tokens, and tokens into notes. */
export interface LiveExtension<Params extends ParamShapes = ParamSpecs> {
  /**
   * The codec for a model; `modelCodec` is the codec id that the model folder names, null where the plugin predicts by itself.
   * A stream with a `pulse` gets the session's metronome. Throws CODEC_UNKNOWN.
   */
  codec(modelCodec: string | null): Codec;
  /**
   * Where models of some codec play live only together with a second one, for music without a pulse: how the two are put together.
   * null for other codecs.
   */
  pair?(modelCodec: string): ModelPair | null;
  /**
   * The instruments that it plays, at most 16; a note of the stream says with `part` whose it is, else it is the first one's. Several
   * may play one pitch: then a note-off says whose note it ends.
   */
  readonly voices?: readonly PluginVoice[];
  /** What it learns in a session and is to keep. Made once a session, and handed to its grammar. */
  state?(): OwnState;
  /**
   * Made once a session, for the codec in use. `modelData`: what the model's folder says of its network, by name; throws MODEL_BROKEN.
   * `state`: what {@link state} gave.
   */
  grammar?(codec: Codec, modelData?: Readonly<Record<string, unknown>>, state?: OwnState): Grammar<Params>;
  /** The music so far in ABC: a live stream's tokens, without the start token. null: no note yet. */
  notation?(tokens: readonly number[], params: ValuesOf<Params>, options: NotationOptions): string | null;
}

import type { Codec } from '../codec/codec.js';
import type { StepEngine } from '../model/engine.js';
import type { PieceCodec } from './composer.js';

/** One of two models that play together. */
export interface PairedModel<C extends PieceCodec = PieceCodec> {
  readonly codec: C;
  /** With the memories that model.json asks for. */
  readonly engine: StepEngine;
  /** What its model.json says of it. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Whether a user left the memory of this name on. */
  isOn(memory: string): boolean;
}

/** Two models that play live as one: one where the music has a pulse, the other where it has none. */
export interface ModelPair {
  /** The codec of the model for music with a pulse, which is the one that people ask for. */
  readonly codec: PieceCodec;
  /**
   * Makes one engine, which owns both, and one codec of the two. The other model is the one that model.json of the first names
   * (`withoutPulse`), else the plugin's next; its codec is what `live.codec` gave for it. Throws MODEL_MISMATCH where that does not fit.
   */
  join(
    withPulse: PairedModel,
    withoutPulse: PairedModel<Codec>,
  ): { readonly engine: StepEngine; readonly codec: Codec };
}

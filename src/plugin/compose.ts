import type { Precision } from '../model/engine.js';
import type { ComposeOptions } from './compose-descriptor.js';
import type { Composer, ComposerModel, OptionShapes, PieceCodec } from './composer.js';

/** Makes whole pieces, without a clock: with a model, or by itself. */
export type ComposeExtension<Options extends OptionShapes = ComposeOptions> =
  | ComposesWithModel<Options>
  | ComposesAlone<Options>;

/** Makes pieces with one of the plugin's models. */
export interface ComposesWithModel<Options extends OptionShapes = ComposeOptions> {
  /**
   * The codec of a model, by the codec id that its model.json names (`modelCodec`) and by whatever else stands there. Throws
   * CODEC_UNKNOWN where the plugin has none for it, MODEL_MISMATCH.
   */
  codec(modelCodec: string, metadata: Readonly<Record<string, unknown>>): PieceCodec;
  /** In which number format the kernel keeps the weights. Default: int8, which is faster. */
  readonly precision?: Precision;
  open(model: ComposerModel): Composer<Options> | Promise<Composer<Options>>;
}

/** Makes pieces without a model. */
export interface ComposesAlone<Options extends OptionShapes = ComposeOptions> {
  readonly codec?: undefined;
  open(): Composer<Options> | Promise<Composer<Options>>;
}

import type { PieceCodec } from './composer.js';

/**
 * Makes whole pieces, without a clock. `Source` is what the codec depends on: the codec id that a model folder names, or what else
 * the folder says. `Rules` is what is asked of a piece, `Constraint` what keeps to it, token by token.
 */
export interface ComposeExtension<
  Source = unknown,
  PieceCodecOf extends PieceCodec = PieceCodec,
  Rules = unknown,
  Constraint = unknown,
> {
  /** What its pieces can be written as, by name: `abc`, `mid`, `svg`, `txt`. The first is what is made where nothing is said. */
  readonly exports: readonly string[];
  /** Throws CODEC_UNKNOWN, or PACK_RADIX. */
  codec(source: Source): PieceCodecOf;
  /** What may come next in a piece under `rules`; made once a piece. Where it is left out, everything may. */
  constraint?(rules: Rules): Constraint;
}

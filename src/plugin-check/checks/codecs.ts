import { TEXT_CODEC } from '../../codec/text.js';
import { ContinuoError } from '../../errors.js';
import type { ComposeExtension } from '../../plugin/compose.js';
import type { PieceCodec } from '../../plugin/composer.js';
import type { Subject } from '../subject.js';

/** What the checks use of a codec; most codecs have only some of it. */
export interface CheckedCodec extends PieceCodec {
  readonly startToken?: number;
  words?(token: number): string;
  encode?(piece: unknown): unknown;
  decode?(tokens: ArrayLike<number>): unknown;
}

/** Characters for a plugin that writes text: its codec is made from those that a model knows. */
const CHARACTERS = '\n abcdefghijklmnopqrstuvwxyzäé𝄞';

/** The codecs of a plugin, each once. */
export function codecsOf({ plugin, live, seed }: Subject): CheckedCodec[] {
  const { definition } = plugin;
  const codecs: CheckedCodec[] = [];
  if (live) codecs.push(live(seed).codec);
  const text = textCodecOf(definition.compose);
  if (text) codecs.push(text);
  return codecs;
}

/** A plugin's codec of a text model; undefined where it has none. */
function textCodecOf(compose: ComposeExtension | undefined): CheckedCodec | undefined {
  try {
    return compose?.codec?.(TEXT_CODEC, { codec: TEXT_CODEC, characters: CHARACTERS }) as
      | CheckedCodec
      | undefined;
  } catch (error) {
    if (error instanceof ContinuoError) return undefined;
    throw error;
  }
}

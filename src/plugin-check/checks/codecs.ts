import type { PieceCodec } from '../../plugin/composer.js';
import { writesText } from '../../plugin/text-writing.js';
import type { Subject } from '../subject.js';

/** What the checks may ask of a codec beside its vocabulary; most codecs have less. */
export interface CheckedCodec extends PieceCodec {
  readonly startToken?: number;
  encode?(piece: unknown): unknown;
  decode?(tokens: ArrayLike<number>): unknown;
}

/** Characters for a plugin that writes text, whose codec a model's text makes. */
const CHARACTERS = '\n abcdefghijklmnopqrstuvwxyzäé𝄞';

/** The codecs of a plugin, each once. */
export function codecsOf({ plugin, live, seed }: Subject): CheckedCodec[] {
  const { definition } = plugin;
  const codecs: CheckedCodec[] = [];
  if (live) codecs.push(live(seed).codec as unknown as CheckedCodec);
  if (writesText(definition.compose)) codecs.push(definition.compose.codec(CHARACTERS) as CheckedCodec);
  return codecs;
}

import { type TextCodec, textCodec } from '../codec/text.js';
import type { ComposeExtension } from './compose.js';

/** How text becomes tokens: the codec of the characters that a model knows. */
export type TextWriting = ComposeExtension<string, TextCodec>;

/** Text, character by character. */
export const textWriting: TextWriting = { exports: ['txt'], codec: textCodec };

/** Whether a plugin writes text. */
export function writesText(compose: ComposeExtension | undefined): compose is TextWriting {
  return compose?.exports.includes('txt') === true;
}

import { definePlugin, type ParamSpecs } from '../../plugin/index.js';
import { codecOfText, openTexts, type TextOptions } from './compose.js';
import { textCorpus } from './corpus/corpus.js';

/**
 * A character-level text plugin: a token is a character, and any token may follow any other. It composes, and has no live mode.
 */
export default definePlugin<ParamSpecs, TextOptions>({
  compose: { codec: codecOfText, precision: 'float32', open: openTexts },
  corpus: textCorpus,
});

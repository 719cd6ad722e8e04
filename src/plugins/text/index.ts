import { definePlugin, type ParamSpecs } from '../../plugin/index.js';
import { codecOfText, openTexts, type TextOptions } from './compose.js';
import { textCorpus } from './corpus/corpus.js';

/** A token is a character, every token may follow every other. It writes, and does not play. */
export default definePlugin<ParamSpecs, TextOptions>({
  compose: { codec: codecOfText, precision: 'float32', open: openTexts },
  corpus: textCorpus,
});

import { definePlugin, textWriting } from '../../plugin/index.js';

/** The smallest plugin: a token is a character, every token may follow every other. It writes, and does not play. */
export default definePlugin({ compose: textWriting });

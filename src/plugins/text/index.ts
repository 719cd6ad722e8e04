import { ContinuoError, definePlugin, textCodec } from '../../plugin/index.js';

/** The smallest plugin: a token is a character, every token may follow every other. */
export default definePlugin({
  codec() {
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      'The plugin text writes; it has no codec to play live with.',
      'continuo generate text writes; the plugin piano plays live.',
    );
  },
  texts: { codec: textCodec },
});

import { ContinuoError, definePlugin, folkTunes } from '../../plugin/index.js';

/** Makes whole tunes in tokens of ABC, under a grammar. It has no stream of notes in time, so it does not play live. */
export default definePlugin({
  codec() {
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      'The plugin folk makes whole tunes; it has no codec to play live with.',
      'continuo generate folk makes tunes; the plugin piano plays live.',
    );
  },
  tunes: folkTunes,
});

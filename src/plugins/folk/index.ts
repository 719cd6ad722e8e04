import { ContinuoError, definePlugin, folkTunes } from '../../plugin/index.js';

/** Makes whole tunes in tokens of ABC, under a grammar. It has no stream of notes in time, so it does not play live. */
export default definePlugin({
  codec() {
    throw new ContinuoError(
      'PLUGIN_UNKNOWN',
      'The plugin folk makes whole tunes and does not play live.',
      'continuo generate folk makes tunes; the plugin piano plays live.',
    );
  },
  tunes: folkTunes,
});

import { definePlugin } from '../../plugin/index.js';
import { drumsCorpus } from './corpus/corpus.js';
import { drumsLive } from './live/live.js';
import { drumsOffline } from './offline/offline.js';
import type manifest from './plugin.json';

/** A drummer who plays with you: follows your beats, plays as densely and as loudly as you do, and fills at the ends of phrases. */
export default definePlugin<typeof manifest.params>({
  live: drumsLive,
  corpus: drumsCorpus,
  offline: drumsOffline,
});

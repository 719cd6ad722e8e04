import { type ComposeOptions, definePlugin } from '../../plugin/index.js';
import { ensembleCorpus } from './corpus/corpus.js';
import { ensembleLive } from './live/live.js';
import { ensembleOffline } from './offline/offline.js';
import type manifest from './plugin.json';

/** A leader and three who follow: what each does in a beat is a gesture, and four gestures are one integer, as in the Neural iPad Band. */
export default definePlugin<typeof manifest.params, ComposeOptions, typeof manifest.offline.options>({
  live: ensembleLive,
  offline: ensembleOffline,
  corpus: ensembleCorpus,
});

import { definePlugin } from '../../plugin/index.js';
import { drumsCorpus } from './corpus/corpus.js';
import { drumsLive } from './live/live.js';

/** A drummer who plays with you: follows your beats, plays as densely and as loudly as you do, and fills at the ends of phrases. */
export default definePlugin({ live: drumsLive, corpus: drumsCorpus });

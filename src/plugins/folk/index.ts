import { definePlugin } from '../../plugin/index.js';
import { folkTunes } from './compose/tunes.js';
import { folkLive } from './live/live.js';

export * from './codec/index.js';

/** Tunes in tokens of ABC: whole ones under a grammar, and live, where two voices write one line of notes on a grid. */
export default definePlugin({ live: folkLive, compose: folkTunes });

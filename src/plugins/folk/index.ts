import { definePlugin, folkLive, folkTunes } from '../../plugin/index.js';

/** Tunes in tokens of ABC: whole ones under a grammar, and live, where two voices write one line of notes on a grid. */
export default definePlugin({ live: folkLive, compose: folkTunes });

import { definePlugin, type ParamSpecs } from '../../plugin/index.js';
import { folkCompose } from './compose/compose.js';
import type { TuneOptions } from './compose/tune-request.js';
import { folkCorpus } from './corpus/corpus.js';
import { folkLive } from './live/folk-live.js';

export * from './codec/index.js';

/** Tunes in tokens of ABC: whole ones under a grammar, and live, where two voices write one line of notes on a grid. */
export default definePlugin<ParamSpecs, TuneOptions>({
  live: folkLive,
  compose: folkCompose,
  corpus: folkCorpus,
});

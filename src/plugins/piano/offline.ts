import { ContinuoError } from '../../errors.js';
import type { OfflineExtension } from '../../plugin/index.js';
import { beatCodec } from './beats/codec/index.js';
import { beatModel } from './beats/continue/beat-model.js';
import { continueInBeats } from './beats/continue/continue-in-beats.js';
import type manifest from './plugin.json';

/** Goes on from a file in its bars, with a model that counts in beats; with others, the live stream goes on. */
export const pianoOffline: OfflineExtension<typeof manifest.params, typeof manifest.offline.options> = {
  codec: (modelCodec) => (modelCodec === beatCodec.id ? beatCodec : null),
  play({ performance, beats, from, until, params, options, model, progress }) {
    if (model === null) return [];
    const notes = continueInBeats(beatModel(model, model.memory), performance, beatsOf(beats), {
      ...{ from, seconds: until - from, params, progress },
      ...{ candidates: options.candidates, close: true },
    });
    return [{ notes }];
  },
};

function beatsOf<Beats>(beats: () => Beats): Beats {
  try {
    return beats();
  } catch (error) {
    if (!(error instanceof ContinuoError) || error.code !== 'BEATS_MISSING') throw error;
    const hint = 'A model that does not count in beats goes on from it: --model piano-pop.';
    throw new ContinuoError(error.code, error.message, hint, { cause: error });
  }
}

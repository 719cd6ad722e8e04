import type { Codec } from '../../../codec/codec.js';
import { ContinuoError } from '../../../errors.js';
import type { LiveExtension, PluginVoice } from '../../../plugin/live.js';
import type { Follower } from '../codec/step.js';
import { CODEC_ID, ensembleVocabulary, START } from '../codec/vocabulary.js';
import { listening, parseLeaderOdds } from '../gestures/leader-odds.js';
import { EnsembleStream } from './stream.js';

/** The steps of a band, as live streams write them. */
export const liveCodec: Codec = {
  id: CODEC_ID,
  vocabulary: ensembleVocabulary,
  startToken: START,
  stream: (time) => new EnsembleStream(time),
};

/** General MIDI: 72 clarinet, 5 electric piano, 34 electric bass. */
export const VOICES: readonly (PluginVoice & { readonly id: Follower })[] = [
  { id: 'counter', name: 'Second melody', channel: 2, program: 72 },
  { id: 'chords', name: 'Chords', channel: 3, program: 5 },
  { id: 'bass', name: 'Bass', channel: 4, program: 34 },
];

export const ensembleLive: LiveExtension = {
  codec(modelCodec) {
    if (modelCodec === CODEC_ID) return liveCodec;
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec of ensembles named ${modelCodec}.`,
      `Choose a model whose codec is ${CODEC_ID}.`,
    );
  },
  grammar(_codec, modelData) {
    const odds = parseLeaderOdds(modelData);
    const listens = odds && listening(odds);
    return {
      // The stream itself says what may follow.
      forbid() {},
      bias: (logits, { stream }) => stream instanceof EnsembleStream && stream.lean(logits, listens),
    };
  },
  voices: VOICES,
};

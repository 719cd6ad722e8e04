import type { Codec } from '../../../codec/codec.js';
import { ContinuoError } from '../../../errors.js';
import type { LiveExtension } from '../../../plugin/live.js';
import { CODEC_ID, drumVocabulary, START } from '../codec/vocabulary.js';
import { biasAfterFill, parseFillOdds } from './fills.js';
import { DrumStream } from './stream.js';
import { PART } from './turn.js';

/** Drums by the beat, as live streams write them. */
export const drumCodec: Codec = {
  id: CODEC_ID,
  vocabulary: drumVocabulary,
  startToken: START,
  stream: (time) => new DrumStream(time),
};

export const drumsLive: LiveExtension = {
  codec(modelCodec) {
    if (modelCodec === drumCodec.id) return drumCodec;
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec of drums named ${modelCodec}.`,
      `Choose a model whose codec is ${drumCodec.id}.`,
    );
  },
  grammar(_codec, said) {
    const odds = parseFillOdds(said?.fillOdds);
    return {
      // The stream itself keeps bars whole.
      forbid() {},
      bias(logits, { stream }) {
        if (!(stream instanceof DrumStream)) return false;
        const { position } = stream;
        const filled = odds?.bias(logits, position) ?? false;
        return biasAfterFill(logits, position) || filled;
      },
    };
  },
  // General MIDI has its drums on channel 10.
  voices: [{ id: PART, name: 'Drums', channel: 10 }],
};

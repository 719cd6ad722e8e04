import type { Codec } from '../codec/codec.js';
import { liveAbc, liveFolkCodec } from '../codec/folk/live.js';
import { ContinuoError } from '../errors.js';
import type { LiveExtension } from './live.js';

/** Tunes played live in the folk codec's tokens, and written as ABC. */
export const folkLive: LiveExtension = {
  codec(modelCodec): Codec {
    if (modelCodec === liveFolkCodec.id) return liveFolkCodec;
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec of tunes named ${modelCodec}.`,
      `What is played live is in ${liveFolkCodec.id}: choose a model that was trained on tunes without their plans.`,
    );
  },
  notation: liveAbc,
};

import type { Codec } from '../../../codec/codec.js';
import { ContinuoError } from '../../../errors.js';
import type { LiveExtension } from '../../../plugin/live.js';
import { liveAbc, liveFolkCodec } from '../codec/live-codec.js';
import { parseTuneOdds } from '../odds/tune-odds.js';
import { LiveLead } from './lead.js';

/** Live playing of tunes with the tokens of the folk codec, written as ABC. */
export const folkLive: LiveExtension = {
  codec(modelCodec): Codec {
    if (modelCodec === liveFolkCodec.id) return liveFolkCodec;
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec of tunes named ${modelCodec}.`,
      `What is played live is in ${liveFolkCodec.id}: choose a model that was trained on tunes without their plans.`,
    );
  },
  grammar(_codec, said) {
    const lead = new LiveLead(parseTuneOdds(said?.odds));
    return {
      // The stream itself keeps bars complete.
      forbid() {},
      // The host has checked against plugin.json that `lead` is a number.
      bias: (logits, { params, stream, ending }) =>
        !ending && lead.lead(logits, stream, params.lead as number),
    };
  },
  notation: liveAbc,
};

import { ContinuoError } from '../../../errors.js';
import type { ComposesWithModel } from '../../../plugin/compose.js';
import { folkCodec } from '../codec/codec.js';
import { folkPlanCodec } from '../plan/codec.js';
import { openTunes } from './composer.js';
import type { TuneOptions } from './tune-request.js';

/** Composes whole monophonic folk tunes as ABC notation. */
export const folkCompose: ComposesWithModel<TuneOptions> = {
  codec(modelCodec) {
    const codec = [folkCodec, folkPlanCodec].find(({ id }) => id === modelCodec);
    if (codec) return codec;
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec of tunes named ${modelCodec}.`,
      `Tunes are in ${folkCodec.id}, or with their plans in ${folkPlanCodec.id}: choose a model that was trained on tunes.`,
    );
  },
  open: openTunes,
};

import { folkCodec } from '../codec/folk/codec.js';
import { FolkGrammar } from '../codec/folk/grammar.js';
import { folkPlanCodec } from '../codec/folk/plan/codec.js';
import { ContinuoError } from '../errors.js';
import type { TuneMaking } from './definition.js';

/** Tunes of one voice in the folk codec's tokens. */
export const folkTunes: TuneMaking = {
  codec(modelCodec) {
    const codec = [folkCodec, folkPlanCodec].find(({ id }) => id === modelCodec);
    if (codec) return codec;
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec of tunes named ${modelCodec}.`,
      `Tunes are in ${folkCodec.id}, or with their plans in ${folkPlanCodec.id}: choose a model that was trained on tunes.`,
    );
  },
  grammar: (rules) => new FolkGrammar(rules),
};

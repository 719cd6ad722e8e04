import { folkCodec } from '../codec/folk/codec.js';
import { FolkGrammar } from '../codec/folk/grammar.js';
import { ContinuoError } from '../errors.js';
import type { TuneMaking } from './definition.js';

/** Tunes of one voice in the folk codec's tokens. */
export const folkTunes: TuneMaking = {
  codec(modelCodec) {
    if (modelCodec === folkCodec.id) return folkCodec;
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec of tunes named ${modelCodec}.`,
      `Tunes are in ${folkCodec.id}: choose a model that was trained on tunes.`,
    );
  },
  grammar: (rules) => new FolkGrammar(rules),
};

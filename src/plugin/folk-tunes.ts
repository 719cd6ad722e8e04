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
      `there is no codec of tunes named ${modelCodec}`,
      `There is ${folkCodec.id}.`,
    );
  },
  grammar: (rules) => new FolkGrammar(rules),
};

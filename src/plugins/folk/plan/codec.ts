import type { FolkCodec } from '../codec/codec.js';
import { folkCodec } from '../codec/codec.js';
import { withoutPlan, withPlan } from './interleave.js';
import { planVocabulary } from './vocabulary.js';

/**
 * Codec of tunes with a plan: folk-session-1 plus tokens for what is planned of each bar. Encoding derives the plan
 * from the tune; decoding discards it.
 */
export const folkPlanCodec: FolkCodec = {
  ...folkCodec,
  id: 'folk-plan-1',
  vocabulary: planVocabulary,
  encode(tune) {
    const encoded = folkCodec.encode(tune);
    return encoded.refusal ? encoded : { ...encoded, tokens: withPlan(encoded.tokens) };
  },
  decode: (tokens, options) => folkCodec.decode(withoutPlan(tokens), options),
  write: (tokens) => Array.from(tokens, (token) => planVocabulary.describe(token)).join(' '),
};

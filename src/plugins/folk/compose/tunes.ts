import { ContinuoError } from '../../../errors.js';
import type { ComposeExtension } from '../../../plugin/compose.js';
import { type FolkCodec, folkCodec } from '../codec/codec.js';
import { FolkGrammar } from '../codec/grammar.js';
import type { TuneRules } from '../codec/grammar-rules.js';
import { folkPlanCodec } from '../plan/codec.js';

/** How whole tunes become tokens, and which tokens may follow. */
export type TuneMaking = ComposeExtension<string, FolkCodec, TuneRules, FolkGrammar> & {
  constraint(rules: TuneRules): FolkGrammar;
};

/** Tunes of one voice in the folk codec's tokens. */
export const folkTunes: TuneMaking = {
  exports: ['abc', 'mid', 'svg'],
  codec(modelCodec) {
    const codec = [folkCodec, folkPlanCodec].find(({ id }) => id === modelCodec);
    if (codec) return codec;
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `There is no codec of tunes named ${modelCodec}.`,
      `Tunes are in ${folkCodec.id}, or with their plans in ${folkPlanCodec.id}: choose a model that was trained on tunes.`,
    );
  },
  constraint: (rules) => new FolkGrammar(rules),
};

/** Whether a plugin makes tunes that can be written as ABC. */
export function makesTunes(compose: ComposeExtension | undefined): compose is TuneMaking {
  return compose?.exports.includes('abc') === true && compose.constraint !== undefined;
}

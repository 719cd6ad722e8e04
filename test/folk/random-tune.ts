import { randomSource } from '../../src/model/keras-init.js';
import { FolkGrammar } from '../../src/plugins/folk/codec/grammar.js';
import type { TuneRules } from '../../src/plugins/folk/codec/grammar-rules.js';
import { folkCodec } from '../../src/plugins/folk/codec/index.js';

/**
 * A walk under the grammar's mask: each token has a random weight of its own in each walk, so that walks differ in character; `times` says
 * which are to come more often.
 */
export function randomTune(
  rules: TuneRules,
  seed: number,
  times: (token: number) => number = () => 1,
): { tokens: number[]; grammar: FolkGrammar } {
  const { size } = folkCodec.vocabulary;
  const random = randomSource(seed);
  const weights = Float64Array.from({ length: size }, (_, token) => times(token) * random() ** 4);
  const grammar = new FolkGrammar(rules);
  const mask = new Uint8Array(size);
  const tokens: number[] = [];
  while (!grammar.done) {
    mask.fill(1);
    grammar.forbid(mask);
    const total = weights.reduce((sum, weight, token) => sum + weight * mask[token]!, 0);
    if (total === 0) throw new Error(`nothing may follow ${folkCodec.write(tokens)}`);
    let left = random() * total;
    const token = weights.findIndex((weight, token) => {
      left -= weight * mask[token]!;
      return mask[token] === 1 && left < 0;
    });
    grammar.advance(token, tokens);
    if (tokens.length > 20_000) throw new Error(`no end: ${folkCodec.write(tokens.slice(0, 200))}`);
  }
  return { tokens, grammar };
}

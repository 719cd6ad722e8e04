import { defaultValues } from '../../plugin/params.js';
import { Chance } from '../chance.js';
import { demand, type Finding, passed, skipped } from '../result.js';
import { FollowedStream } from '../stream-moves.js';
import type { LiveParts, Subject } from '../subject.js';

const SEQUENCES = 20;
const LONGEST = 150;

/** After any tokens, predictor and grammar give each token a valid logit. */
export function checkPredictAny({ live, seed, sign }: Subject): Finding {
  if (!live) return skipped('The plugin does not play live.');
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const parts = live(seed);
    const state = parts.engine.createState();
    const { stream } = new FollowedStream(parts.codec, parts.pluginParams);
    const chance = new Chance(seed, sequence);
    let logits = parts.engine.step([state], [parts.codec.startToken]);
    for (let count = chance.integer(1, LONGEST); count > 0; count--) {
      sign();
      checkLogits(logits, 'predictor');
      const token = chance.integer(0, parts.codec.vocabulary.size - 1);
      checkGrammar(parts, stream, logits.slice(), token);
      logits = parts.engine.step([state], [token]);
      stream.accept(token);
    }
  }
  return passed(`After ${SEQUENCES} random sequences of up to ${LONGEST} tokens, each logit was a number.`);
}

function checkGrammar(
  { grammar, codec, pluginParams }: LiveParts,
  stream: FollowedStream['stream'],
  logits: Float32Array,
  token: number,
): void {
  if (!grammar) return;
  const { size } = codec.vocabulary;
  const mask = new Uint8Array(size).fill(1);
  for (const ending of [false, true]) {
    const context = { params: defaultValues(pluginParams), stream, ending };
    grammar.forbid(mask, context);
    const before = logits.slice();
    const leans = grammar.bias?.(logits, context) === true;
    checkLogits(logits, 'grammar');
    demand(
      leans || logits.every((logit, index) => Object.is(logit, before[index])),
      () => `The grammar's bias changed logits, and returned false, before the token ${token}.`,
    );
    grammar.mayClose?.({ ...context, closingFor: 1 });
    grammar.hasDrifted?.(context);
  }
}

function checkLogits(logits: Float32Array, whose: string): void {
  let some = false;
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token]!;
    demand(
      logit < Number.POSITIVE_INFINITY,
      () => `The ${whose} gave ${logit} as the logit of token ${token}.`,
    );
    some ||= logit > Number.NEGATIVE_INFINITY;
  }
  demand(some, () => `The ${whose} says of every token that it cannot come: each logit is -Infinity.`);
}

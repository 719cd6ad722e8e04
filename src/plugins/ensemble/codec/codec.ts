import type { CorpusCodec, EncodedExample } from '../../../plugin/index.js';
import { type EnsembleStep, ensembleStep, followersStep, withLeader } from './step.js';
import { CODEC_ID, ensembleVocabulary, FIRST_LEADER, START } from './vocabulary.js';

/** What four players do, step by step, and tokens. */
export interface EnsembleCodec extends CorpusCodec {
  /**
   * The tokens of a piece, without the start token. Before its first step the leader is silent: that stands before the followers' first
   * step, and what the leader does in the last step is left out, because nobody answers it.
   */
  encode(steps: readonly EnsembleStep[]): Pick<EncodedExample, 'tokens'>;
  /** Total: the steps that tokens say. A player of whom a step says nothing is silent. */
  decode(tokens: ArrayLike<number>): EnsembleStep[];
}

/** How the network is fed: see model/memory/joint.ts. */
const JOINT = { foretold: followersStep.size, told: ensembleStep.size / followersStep.size };

export const ensembleCodec: EnsembleCodec = {
  id: CODEC_ID,
  vocabulary: ensembleVocabulary,
  startToken: START,
  trainer: { joint: JOINT },
  encode(steps) {
    let leader = 0;
    return {
      tokens: steps.flatMap(({ leader: next, ...followers }) => {
        const pair = [FIRST_LEADER + leader, followersStep.pack(followers)];
        leader = next;
        return pair;
      }),
    };
  },
  decode(tokens) {
    const all: number[] = [];
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at]!;
      if (token < FIRST_LEADER) all.push(withLeader(token, 0));
      else if (token < START && all.length > 0)
        all.push(withLeader(Math.floor(all.pop()! / JOINT.told), token - FIRST_LEADER));
    }
    return all.map(ensembleStep.unpack);
  },
};

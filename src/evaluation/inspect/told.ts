import { isForetold } from '../../model/memory/joint.js';
import type { TrainerFacts } from '../../plugin/corpus.js';

/** Where plans stand in a piece, as `planning` of a codec says; the rest of it is for the trainer alone. */
interface Planning {
  /** The first plan token; all later ones are plan tokens too. */
  readonly first: number;
  /** Tokens from `again` until `marks` say a bar again to the letter. */
  readonly again: number;
  readonly marks: number;
  /** Tokens that end a bar's music. */
  readonly ends: readonly number[];
}

/** Plan tokens that are told before a bar's music. */
const BEFORE_A_BAR = 2;

/**
 * Which tokens of a piece (start token first) are told to the network, which foretells nothing there: joined tokens, what a plan says
 * again before each bar, and the music of bars that come again to the letter (training/torch/planning.py).
 */
export function toldTokens({ joint, planning }: TrainerFacts, tokens: readonly number[]): boolean[] {
  const foretold = isForetold(joint);
  const told = tokens.map((token) => !foretold(token));
  if (!isPlanning(planning)) return told;
  const { first, again, marks, ends } = planning;
  for (let begin = BEFORE_A_BAR; begin < tokens.length; begin++) {
    if (tokens[begin - 1]! < first || tokens[begin]! >= first) continue;
    told.fill(true, begin - BEFORE_A_BAR, begin);
    const said = tokens[begin - BEFORE_A_BAR]!;
    if (said < again || said >= marks) continue;
    for (let at = begin; at < tokens.length && !ends.includes(tokens[at]!); at++) told[at] = true;
  }
  return told;
}

function isPlanning(value: unknown): value is Planning {
  if (typeof value !== 'object' || value === null) return false;
  const { first, again, marks, ends } = value as Readonly<Record<string, unknown>>;
  return [first, again, marks].every((token) => typeof token === 'number') && Array.isArray(ends);
}

import type { StepEngine } from '../../model/engine.js';
import { type CountingSpec, countedClasses, withCounting } from '../../model/memory/counting.js';
import { isForetold, type JointSpec, jointExamples, withJoint } from '../../model/memory/joint.js';

/** What a network is fed in place of the tokens, as its model.json says; nothing where it is fed the tokens themselves. */
export interface FedAs {
  /** Bar lines are numbered. */
  readonly counting?: CountingSpec;
  /** Tokens are joined to one integer, and some are told and not foretold. */
  readonly joint?: JointSpec;
}

/** A piece as a network learns it. */
export interface Lesson {
  readonly inputs: ArrayLike<number>;
  /** What is to follow each input. */
  readonly targets: ArrayLike<number>;
}

/** Makes a lesson of the tokens of a piece, the start token first. */
export type Feed = (tokens: ArrayLike<number>) => Lesson;

/** @param outputs the network's output classes */
export function feedOf({ counting, joint }: FedAs, outputs: number): Feed {
  if (joint) return (tokens) => jointExamples(tokens, joint);
  return (tokens) => ({
    inputs: counting ? countedClasses(tokens, counting, outputs) : tokens,
    targets: Int32Array.from(tokens).subarray(1),
  });
}

/** Has an engine be fed as the network learnt. */
export function fedEngine(engine: StepEngine, { counting, joint }: FedAs): StepEngine {
  return joint ? withJoint(engine, joint) : withCounting(engine, counting);
}

/** How many tokens of a piece, the start token first, are foretold. */
export function foretoldIn(tokens: ArrayLike<number>, { joint }: FedAs): number {
  if (joint === undefined) return tokens.length - 1;
  const foretells = isForetold(joint);
  let count = 0;
  for (let at = 1; at < tokens.length; at++) if (foretells(tokens[at]!)) count++;
  return count;
}

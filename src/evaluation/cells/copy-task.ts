import type { StepEngine } from '../../model/engine.js';
import { uniform } from '../../model/random.js';
import type { DatasetPiece } from '../../training/dataset/read-dataset.js';

/** Symbols to remember, and distractors that stand between. */
export const SYMBOLS = 8;
const DISTRACTORS = 4;
const START = 0;
const FIRST_SYMBOL = 1;
const FIRST_DISTRACTOR = FIRST_SYMBOL + SYMBOLS;
const CUE = FIRST_DISTRACTOR + DISTRACTORS;
/** Tokens of the task. */
export const COPY_CLASSES = CUE + 1;

/** Where its random numbers come from: (seed, branch). */
interface Source {
  readonly seed: number;
  readonly branch: number;
}

/**
 * A piece of the task: a symbol, `wait` distractors, the cue, and the symbol again, which is what the network has to remember. After the
 * start token, distractors are random, so that nothing but the memory of the symbol says the answer.
 */
function copyPiece(wait: number, index: number, { seed, branch }: Source): DatasetPiece {
  const draw = (place: number, choices: number) =>
    Math.floor(uniform(seed, branch, index * 1024 + place) * choices);
  const symbol = FIRST_SYMBOL + draw(0, SYMBOLS);
  const between = Array.from({ length: wait }, (_, at) => FIRST_DISTRACTOR + draw(1 + at, DISTRACTORS));
  const tokens = Uint16Array.from([START, symbol, ...between, CUE, symbol]);
  return { path: `copy ${wait} ${index}`, notes: 0, seconds: 0, tokens };
}

/** Pieces of random waits, 1 to `longest`. */
export function copyPieces(count: number, longest: number, source: Source): DatasetPiece[] {
  return Array.from({ length: count }, (_, index) => {
    const wait = 1 + Math.floor(uniform(source.seed, source.branch + 1, index) * longest);
    return copyPiece(wait, index, source);
  });
}

/** How much later the symbol is asked for: the distractors, and the cue. */
export function copyAccuracy(
  engine: StepEngine,
  wait: number,
  { count, ...source }: Source & { readonly count: number },
): number {
  const state = engine.createState();
  let right = 0;
  for (let index = 0; index < count; index++) {
    const { tokens } = copyPiece(wait, index, source);
    state.reset();
    let logits = new Float32Array(0);
    for (let at = 0; at + 1 < tokens.length; at++)
      logits = engine.step([state], tokens.subarray(at, at + 1)).subarray(0, COPY_CLASSES) as typeof logits;
    if (logits.indexOf(Math.max(...logits)) === tokens.at(-1)!) right++;
  }
  state.free();
  return right / count;
}

import { expect, it } from 'vitest';
import type { NetworkState, StepEngine } from '../../../../model/engine.js';
import { beatVocabulary, START } from '../codec/vocabulary.js';
import { BAR_ODDS_SHAPE } from './bar-memory.js';
import { parseBarOdds, withBarRecall } from './bar-recall-engine.js';

const count = BAR_ODDS_SHAPE.reduce((product, size) => product * size, 1);
const { size } = beatVocabulary;

/** A network that finds all equally likely. */
function indifferent(): StepEngine {
  const createState = () =>
    ({
      size: 0,
      snapshot: (out: Float32Array) => out,
      restore: () => {},
      reset: () => {},
      free: () => {},
    }) as unknown as NetworkState;
  return {
    spec: { inputClasses: size, outputClasses: size } as StepEngine['spec'],
    createState,
    step: (states: readonly NetworkState[]) => new Float32Array(states.length * size),
  } as unknown as StepEngine;
}

const barOf = (root: number) => [
  beatVocabulary.token('BAR', { beats: 2, number: 0 }),
  beatVocabulary.token('CHORD', { root, quality: 0, beat: 0 }),
  ...[0, 4, 8, 12].flatMap((slot) => [
    beatVocabulary.token('POSITION', { slot, micro: 6 }),
    beatVocabulary.token('NOTE', { pitch: 30 + root + slot, bin: 8 }),
    beatVocabulary.token('LENGTH', { octave: 5, fine: 0 }),
  ]),
];
const music = [START, ...[0, 5, 7, 0, 0, 5, 7, 0].flatMap(barOf)];

it('is an engine whose streams remember each their own bars, and go on from a snapshot exactly', () => {
  const engine = withBarRecall(indifferent(), new Float64Array(count).fill(0.5));
  const [state, other] = [engine.createState(), engine.createState()];
  let logits = new Float32Array();
  for (const token of music) logits = engine.step([state, other], [token, START]).slice();
  expect(logits.subarray(0, size).some((logit) => logit > 0)).toBe(true);
  expect(logits.subarray(size).every((logit) => logit === 0)).toBe(true);
  const mark = state.snapshot();
  const goOn = () => barOf(5).map((token) => engine.step([state], [token]).slice());
  const first = goOn();
  state.restore(mark);
  expect(goOn()).toEqual(first);
});

it('makes what has come so far likelier by its odds, and nothing else', () => {
  const engine = withBarRecall(indifferent(), new Float64Array(count).fill(0.5));
  const state = engine.createState();
  let logits = new Float32Array();
  for (const token of [...music.slice(0, -3 * 4), beatVocabulary.token('POSITION', { slot: 0, micro: 6 })])
    logits = engine.step([state], [token]).slice();
  // Three bars on C say it, and two on F moved with the chord; those and two on G, at their pitch and moved, say three others.
  const raised = beatVocabulary.token('NOTE', { pitch: 30, bin: 0 });
  const [one, all] = [logits[raised]!, logits.reduce((sum, logit) => sum + Math.exp(logit), 0)];
  expect((16 * Math.exp(one)) / all).toBeCloseTo((16 / size + 5 * 0.5) / (1 + 11 * 0.5), 5);
  expect(logits.filter((logit) => logit !== 0)).toHaveLength(4 * 16);
});

it('reads odds, and says what is wrong with them', () => {
  expect(parseBarOdds(undefined)).toBeUndefined();
  expect(parseBarOdds({ odds: new Array(count).fill(0) })).toEqual(new Float64Array(count).fill(1));
  for (const odds of [[1, 2], new Array(count).fill(31), new Array(count).fill('0'), undefined])
    expect(() => parseBarOdds({ odds })).toThrow(expect.objectContaining({ code: 'MODEL_BROKEN' }));
});

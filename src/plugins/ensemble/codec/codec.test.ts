import { describe, expect, it } from 'vitest';
import { gesture } from '../gestures/gesture.js';
import { ensembleCodec } from './codec.js';
import type { EnsembleStep } from './step.js';
import { ensembleVocabulary, FIRST_LEADER, START } from './vocabulary.js';

const silent: EnsembleStep = { leader: 0, counter: 0, chords: 0, bass: 0 };
const steps: EnsembleStep[] = [
  { ...silent, chords: gesture.chord, bass: gesture.tone },
  { leader: gesture.up, counter: gesture.held, chords: gesture.chord, bass: gesture.held },
  { ...silent, leader: gesture.run },
];

describe('ensemble-steps', () => {
  it('has 729 tokens of the followers, 9 of the leader, and one that begins a piece', () => {
    expect([ensembleVocabulary.size, FIRST_LEADER, START]).toEqual([739, 729, 738]);
    expect(ensembleCodec.trainer).toEqual({ joint: { foretold: 729, told: 9 } });
  });

  it('writes what the leader has done before what the followers do next', () => {
    const { tokens } = ensembleCodec.encode(steps);
    expect(tokens.map((token) => ensembleVocabulary.describe(token))).toEqual([
      'leader: silence',
      'counter: silence, chords: chord, bass: one tone',
      'leader: silence',
      'counter: held, chords: chord, bass: held',
      'leader: steps up',
      'counter: silence, chords: silence, bass: silence',
    ]);
  });

  it('gives the steps back, but what nobody answered', () => {
    const answered = steps.map((step, at) => (at === steps.length - 1 ? { ...step, leader: 0 } : step));
    expect(ensembleCodec.decode!(ensembleCodec.encode(steps).tokens)).toEqual(answered);
  });

  it('makes steps of any tokens', () => {
    const any = [
      START,
      FIRST_LEADER + 3,
      FIRST_LEADER + 4,
      700,
      5,
      FIRST_LEADER + 8,
      FIRST_LEADER + 2,
      START,
      0,
    ];
    expect(ensembleCodec.decode!(any).map(({ leader }) => leader)).toEqual([0, 2, 0]);
    expect(ensembleCodec.decode!([])).toEqual([]);
  });
});

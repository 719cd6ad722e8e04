import { describe, expect, it } from 'vitest';
import { ensembleStep, followersStep, withLeader } from './step.js';

describe('packed steps', () => {
  it('has 6,561 integers for four players and 729 for those who follow', () => {
    expect([ensembleStep.size, followersStep.size]).toEqual([6561, 729]);
  });

  it('keeps the order, the leader the least significant digit', () => {
    expect(ensembleStep.pack({ leader: 1, counter: 0, chords: 0, bass: 0 })).toBe(1);
    expect(ensembleStep.pack({ leader: 0, counter: 1, chords: 0, bass: 0 })).toBe(9);
    expect(ensembleStep.pack({ leader: 0, counter: 0, chords: 1, bass: 0 })).toBe(81);
    expect(ensembleStep.pack({ leader: 0, counter: 0, chords: 0, bass: 1 })).toBe(729);
  });

  it('is the followers’ integer and the leader’s digit', () => {
    for (const all of [0, 5, 4711, 6560]) {
      const { leader, ...followers } = ensembleStep.unpack(all);
      expect(followersStep.pack(followers)).toBe(Math.floor(all / 9));
      expect(withLeader(Math.floor(all / 9), leader)).toBe(all);
    }
  });
});

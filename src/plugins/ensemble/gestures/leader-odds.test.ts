import { describe, expect, it } from 'vitest';
import { followersStep } from '../codec/step.js';
import { gesture } from './gesture.js';
import { listening, parseLeaderOdds } from './leader-odds.js';

const none = new Array<number>(81).fill(0);
const rests = none.map((_, at) => (at === 9 * gesture.run + gesture.silence ? 0.5 : 0));

describe('odds by what the leader did', () => {
  it('make steps likelier after that gesture, as firmly as is asked', () => {
    const listen = listening(parseLeaderOdds({ leaderOdds: { counter: rests, chords: none, bass: rests } })!);
    const logits = new Float32Array(739);
    listen(logits, gesture.run, 2);
    const at = (counter: number, bass: number) => logits[followersStep.pack({ counter, chords: 3, bass })];
    expect([at(0, 0), at(0, 1), at(1, 0), at(1, 1)]).toEqual([2, 1, 1, 0]);
    expect(logits.subarray(729)).toEqual(new Float32Array(10));
    logits.fill(0);
    listen(logits, gesture.tone, 2);
    expect(logits).toEqual(new Float32Array(739));
  });

  it('are numbers, or none at all', () => {
    expect(parseLeaderOdds({})).toBeUndefined();
    expect(() => parseLeaderOdds({ leaderOdds: { counter: rests, chords: [1], bass: rests } })).toThrow(
      /leaderOdds.chords: expected 81 numbers, got \[1\]/,
    );
    expect(() => parseLeaderOdds({ leaderOdds: 5 })).toThrow(
      expect.objectContaining({ code: 'MODEL_BROKEN' }),
    );
  });
});

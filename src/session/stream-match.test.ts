import { expect, it } from 'vitest';
import { StreamMatch } from './stream-match.js';
import { firstLoss, isTimed, survivingTokens, type TakeRecord } from './take.js';

const fed = (...tokens: number[]): TakeRecord => ({ type: 'fed', tokens });
const sampled = (...tokens: number[]): TakeRecord => ({ type: 'sampled', branch: 0, tokens });
const back = (length: number): TakeRecord => ({ type: 'back', length });

it('follows the token stream through feeding, sampling, going back and a reset', () => {
  const records = [fed(1, 2), sampled(3, 4), back(4), fed(5)];
  expect(survivingTokens(records, 0)).toEqual([0, 1, 2, 3, 5]);
  expect(survivingTokens([...records, { type: 'zero' }, fed(6)], 0)).toEqual([0, 6]);
});

it('knows which records have times, and where records are lost', () => {
  expect(isTimed({ type: 'clock', time: 1 })).toBe(true);
  expect(isTimed({ type: 'dropped', time: 1, pitch: 60 })).toBe(false);
  const gap = (lost: number): TakeRecord => ({ type: 'gap', from: 0, to: 1, lost, length: 3 });
  expect([firstLoss([fed(1), gap(0)]), firstLoss([gap(0), gap(2)])]).toEqual([-1, 1]);
});

it('tells a replay that is not through yet from one that differs', () => {
  const match = new StreamMatch([0]);
  match.addRecorded(fed(1, 2, 3));
  match.addReplayed(fed(1, 2));
  expect([match.agree, match.isComplete, match.equal]).toEqual([true, false, false]);
  match.addReplayed(sampled(3, 4));
  expect([match.agree, match.isComplete, match.equal]).toEqual([true, true, false]);
  expect([match.recordedLength, match.replayedLength]).toEqual([4, 5]);
  match.addRecorded(sampled(5));
  expect([match.agree, match.isComplete, match.equal]).toEqual([false, false, false]);
  // Going back behind the difference, and on as the take does.
  match.addReplayed(back(4));
  match.addReplayed(sampled(5));
  expect([match.agree, match.isComplete, match.equal]).toEqual([true, true, true]);
});

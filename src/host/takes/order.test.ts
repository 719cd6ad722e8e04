import { expect, it } from 'vitest';
import type { TakeRecord } from '../../session/take.js';
import { TakeOrder } from './order.js';

const faults = (...records: readonly TakeRecord[]) => {
  const order = new TakeOrder(10);
  return records.map((record) => order.add(record));
};
const clock = (time: number): TakeRecord => ({ type: 'clock', time });
const fed = (count: number): TakeRecord => ({ type: 'fed', tokens: new Array(count).fill(1) });
const gap = (lost: number, length: number): TakeRecord => ({ type: 'gap', from: 0, to: 1, lost, length });

it('refuses times before the take began, and times that go back', () => {
  expect(faults(clock(9.5))[0]).toContain('10 s or later');
  expect(faults(clock(11), clock(11))).toEqual([null, null]);
  expect(faults(clock(12), clock(11))[1]).toContain('12 s or later');
  // A pause takes up time; the time of a dropped note does not count.
  expect(faults({ type: 'pause', time: 11, until: 20 }, clock(19))[1]).toContain('20 s or later');
  expect(faults(clock(12), { type: 'dropped', time: 11, pitch: 60 })).toEqual([null, null]);
});

it('refuses a stream that goes back to a length that it never had', () => {
  expect(faults(fed(2), { type: 'back', length: 3 }, { type: 'back', length: 1 })).toEqual([
    null,
    null,
    null,
  ]);
  expect(faults(fed(2), { type: 'back', length: 4 })[1]).toContain('has 3 tokens');
  expect(faults(fed(2), { type: 'zero' }, { type: 'back', length: 2 })[2]).toContain('has 1 tokens');
});

it('believes the length after a gap only where records were lost', () => {
  expect(faults(fed(2), gap(5, 40), { type: 'back', length: 40 })).toEqual([null, null, null]);
  expect(faults(fed(2), gap(0, 3))).toEqual([null, null]);
  expect(faults(fed(2), gap(0, 4))[1]).toContain('nothing was lost');
});

it('counts the stream of each member of a band by itself', () => {
  const second = (record: object) => ({ ...record, member: 'second' }) as TakeRecord;
  const back = { type: 'back', length: 3 } as const;
  expect(faults(fed(2), second(fed(9)), back, second({ ...back, length: 10 }))).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(faults(fed(9), second(fed(1)), second(back))[2]).toContain('has 2 tokens');
  const rejoin = {
    type: 'rejoin',
    member: 'second',
    time: 11,
    from: 10,
    length: 3,
    branch: 9,
    notes: 0,
  } as const;
  expect(faults(fed(9), second(fed(1)), rejoin)[2]).toContain('has 2 tokens');
  const restart: TakeRecord = {
    type: 'restart',
    ...({ time: 12, from: 11, length: 2, branch: 9, mode: 'answer', values: {} } as const),
    others: [{ member: 'second', from: 11, length: 3, branch: 9, mode: 'duet', values: {} }],
  };
  expect(faults(fed(9), second(fed(1)), restart)[2]).toContain('has 2 tokens');
  expect(faults(fed(9), second(fed(3)), restart, second({ ...back, length: 4 }))[3]).toContain(
    'has 3 tokens',
  );
});

it('refuses whatever follows the end', () => {
  expect(faults({ type: 'end', time: 12 }, fed(1))[1]).toContain('after the end');
});

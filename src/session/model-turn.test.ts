import { describe, expect, it } from 'vitest';
import { ModelTurn, type Span } from './model-turn.js';
import type { Mark } from './moments.js';

const span = (change: Partial<Span> = {}): Span => ({
  kind: 'answer',
  endsAt: null,
  closesAt: null,
  ...change,
});
const turn = (change: Partial<Span> = {}, streamEnd: number | null = null, mark: Mark | null = null) =>
  new ModelTurn(span(change), streamEnd, 10, mark);
const always = () => true;
const never = () => false;

describe('ModelTurn', () => {
  it('plays on without an end', () => {
    expect(turn().reachesEnd(1e6, always)).toBe(false);
  });

  it('ends at its time, and lets notes ring for 1.5 s', () => {
    const answer = turn({ endsAt: 12 });
    expect([answer.reachesEnd(11.9, never), answer.reachesEnd(12, never)]).toEqual([false, true]);
    expect(answer.finishedAt(12, false)).toBe(12);
    expect([answer.finishedAt(13.4, true), answer.finishedAt(13.5, true)]).toEqual([null, 13.5]);
  });

  it('ends where the stream says, and cuts what begins there', () => {
    const barLine = turn({ endsAt: 12, closesAt: 11 }, 12.5);
    expect(barLine.closingFor(12)).toBeUndefined();
    expect([barLine.reachesEnd(12, always), barLine.reachesEnd(12.6, always)]).toEqual([false, true]);
    expect(barLine.finishedAt(12.6, true)).toBe(12.5);
  });

  it('looks for a cadence from its time on, and for 20 s at most', () => {
    const solo = turn({ closesAt: 20 });
    expect([solo.closingFor(19), solo.closingFor(21)]).toEqual([undefined, 1]);
    expect([solo.reachesEnd(19, always), solo.reachesEnd(39, never)]).toEqual([false, false]);
    const asked: number[] = [];
    const mayClose = (closingFor: number) => asked.push(closingFor) > 1;
    expect([21, 22].map((head) => solo.reachesEnd(head, mayClose))).toEqual([false, true]);
    expect(asked).toEqual([1, 2]);
    // A last chord after a cadence may ring longer.
    expect([solo.finishedAt(25.9, true), solo.finishedAt(26, true)]).toEqual([null, 26]);
    expect(turn({ closesAt: 20 }).reachesEnd(40, never)).toBe(true);
  });

  it('looks for a cadence again where the plan was discarded before the one that was found', () => {
    const solo = turn({ closesAt: 20 });
    expect(solo.reachesEnd(22, always)).toBe(true);
    solo.doneAt = 22;
    solo.reopen(22);
    expect([solo.doneAt, solo.reachesEnd(22, never)]).toEqual([null, true]);
    solo.reopen(21);
    expect(solo.reachesEnd(22, never)).toBe(false);
  });

  it('moves its search with the parameter, unless it has found a cadence', () => {
    const solo = turn({ closesAt: 20 });
    solo.searchFrom(30);
    expect(solo.closingFor(25)).toBeUndefined();
    solo.searchFrom(null);
    expect(solo.closingFor(1000)).toBeUndefined();
    const found = turn({ closesAt: 20 });
    found.reachesEnd(21, always);
    found.searchFrom(null);
    expect(found.reachesEnd(21, never)).toBe(true);
  });

  it('moves an end that the stream named with the tempo, and no other', () => {
    const barLine = turn({}, 12);
    barLine.moveEnd(13);
    expect([barLine.reachesEnd(12.5, never), barLine.reachesEnd(13, never)]).toEqual([false, true]);
    const answer = turn({ endsAt: 12 });
    answer.moveEnd(13);
    expect(answer.reachesEnd(12, never)).toBe(true);
    answer.endAt(13);
    answer.moveEnd(14);
    expect([answer.reachesEnd(13, never), answer.reachesEnd(14, never)]).toEqual([false, true]);
  });

  it('may return to its start after 10 s, while the player has not played since', () => {
    const mark = {} as Mark;
    const solo = turn({}, null, mark);
    expect([solo.mayReturn(19.9), solo.mayReturn(20)]).toEqual([false, true]);
    solo.startMark = null;
    expect(solo.mayReturn(20)).toBe(false);
  });
});

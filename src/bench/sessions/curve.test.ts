import { expect, it } from 'vitest';
import { costCurve } from './curve.js';
import { faultsOf, isHeld } from './held.js';
import { rowOf, verdictOf } from './measure.js';
import { punctualityOf } from './punctuality.js';
import type { SessionsStep } from './sessions.js';

const step = (sessions: number, latenessMsP99: number): SessionsStep => ({
  ...{ sessions, latenessMsP99, latenessMsP50: latenessMsP99 / 2, worstLateShare: 0 },
  ...{ handOverMsP50: 1, handOverMsP99: sessions / 10, handOvers: 3, dropped: 0, notes: 10, silent: 0 },
  ...{ cpuPercent: 2 * sessions, cpuPercentEach: 2, machinePercent: sessions, playersPercent: 0 },
  ...{ memoryMb: 100 + sessions, memoryMbEach: 1 },
});

it('sessions are taken together: their notes are one list, and the worst of them is told by its late notes', () => {
  const punctual = { notes: Array.from({ length: 98 }, () => 1), handOvers: [2, 3] };
  const late = { notes: [12, 1], handOvers: [7] };
  expect(punctualityOf([punctual, late])).toEqual({
    ...{ latenessMsP50: 1, latenessMsP99: 1, worstLateShare: 0.5 },
    ...{ handOverMsP50: 3, handOverMsP99: 7, handOvers: 3 },
  });
  expect(punctualityOf([late, late]).latenessMsP99).toBe(12);
  expect(punctualityOf([{ notes: [], handOvers: [] }])).toMatchObject({
    latenessMsP99: 0,
    worstLateShare: 0,
  });
});

it('sessions are held that are punctual, none of them late more often, drop nothing, and all answer', () => {
  const held = step(4, 3);
  expect(isHeld({ ...held, worstLateShare: 0.05 })).toBe(true);
  const others = [
    step(4, 10),
    { ...held, worstLateShare: 0.06 },
    { ...held, dropped: 1 },
    { ...held, silent: 2 },
  ];
  expect(others.map(faultsOf)).toEqual([
    ['late'],
    ["6 % of one session's notes late"],
    ['1 dropped'],
    ['2 gave no reply'],
  ]);
});

it('the cost curve has a point for each number of sessions, in each of its charts', () => {
  const svg = costCurve({ held: 2, steps: [step(1, 1), step(2, 3), step(4, 12)], ended: null }, 'a machine');
  expect(svg.match(/<circle /g)).toHaveLength(12);
  expect(svg).toContain('2 sessions held (a machine)');
  // What is late lies above the bound, higher up in the picture.
  const bound = Number(/stroke="#c33"/.exec(svg) && /y1="([\d.]+)" y2="\1" stroke="#c33"/.exec(svg)![1]);
  const [, , late] = [...svg.matchAll(/cy="([\d.]+)"/g)].map(([, y]) => Number(y));
  expect(late).toBeLessThan(bound);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

it('the table says what is wrong, and the verdict how long a hand-over takes with how many sessions', () => {
  expect(rowOf(step(2, 3))).not.toContain('late');
  expect(rowOf(step(2, 11))).toMatch(/ {2}late$/);
  const verdict = verdictOf({ held: 32, steps: [step(1, 1), step(32, 2)], ended: 'SESSIONS_FULL: full' });
  expect(verdict).toContain('No more were opened: SESSIONS_FULL: full');
  expect(verdict).toContain('sessions.held: 32 ');
  expect(verdict).toContain('0.10 ms with 1, 3.20 ms with 32');
});

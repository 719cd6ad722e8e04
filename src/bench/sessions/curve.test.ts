import { expect, it } from 'vitest';
import { costCurve } from './curve.js';
import { isHeld, type SessionsStep } from './sessions.js';

const step = (sessions: number, latenessMsP99: number): SessionsStep => ({
  ...{ sessions, latenessMsP99, latenessMsP99Middle: latenessMsP99 / 2, dropped: 0, notes: 10, silent: 0 },
  ...{ cpuPercent: 2 * sessions, cpuPercentEach: 2, memoryMb: 100 + sessions, memoryMbEach: 1 },
});

it('sessions are held that are punctual, drop nothing, and all answer', () => {
  const held = step(4, 3);
  expect([held, step(4, 10), { ...held, dropped: 1 }, { ...held, silent: 1 }].map(isHeld)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it('the cost curve has a point for each number of sessions, in each of its charts', () => {
  const svg = costCurve({ held: 2, steps: [step(1, 1), step(2, 3), step(4, 12)], ended: null }, 'a machine');
  expect(svg.match(/<circle /g)).toHaveLength(9);
  expect(svg).toContain('2 sessions held (a machine)');
  // What is late lies above the bound, higher up in the picture.
  const bound = Number(/stroke="#c33"/.exec(svg) && /y1="([\d.]+)" y2="\1" stroke="#c33"/.exec(svg)![1]);
  const [, , late] = [...svg.matchAll(/cy="([\d.]+)"/g)].map(([, y]) => Number(y));
  expect(late).toBeLessThan(bound);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SessionCommand } from '../../session/commands.js';
import { TappedBeat, untilNext } from './tapped-beat.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PULSE = { type: 'pulse', beat: 0.5, bar: true, tapped: true } as const;

it('tells another engine the beat at its next moment, once', () => {
  const tapped = new TappedBeat();
  const told: SessionCommand[] = [];
  tapped.told(PULSE, 10);
  tapped.again(11.2, (pulse) => told.push(pulse));
  vi.advanceTimersByTime(299);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(told).toEqual([{ ...PULSE, bar: false }]);
  vi.advanceTimersByTime(5000);
  expect(told).toHaveLength(1);
});

it('tells nothing of a beat that was not tapped, is over, or was overtaken', () => {
  const tapped = new TappedBeat();
  const told: SessionCommand[] = [];
  const again = () => tapped.again(1.2, (pulse) => told.push(pulse));
  again();
  tapped.told({ ...PULSE, tapped: false }, 1);
  again();
  tapped.told(PULSE, 1);
  again();
  tapped.told({ ...PULSE, beat: 0 }, 1);
  again();
  tapped.told(PULSE, 1);
  again();
  tapped.close();
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([]);
});

it('knows how long it is until the next beat', () => {
  expect(untilNext(0, 0.5)).toBe(0);
  expect(untilNext(0.6, 0.5)).toBeCloseTo(0.4);
  expect(untilNext(7, 0.5)).toBeCloseTo(0);
});

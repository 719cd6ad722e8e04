import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrivalClock } from './arrival.js';

const seconds = (max: number) => fc.double({ min: 0, max, noNaN: true });

describe('ArrivalClock', () => {
  it('keeps the rhythm that was played while the thread was busy', () => {
    const clock = new ArrivalClock();
    expect(clock.stamp(0, 10)).toBe(10);
    // Two notes come 0.1 s apart, but the thread reads both only at 10.2.
    expect(clock.stamp(0.1, 10.2)).toBeCloseTo(10.1, 3);
    expect(clock.stamp(0.1, 10.2)).toBeCloseTo(10.2, 3);
  });

  it('is within the drift of the true time whatever the delays, once one message was read at once', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ delta: seconds(2), delay: seconds(0.1) })), (messages) => {
        const clock = new ArrivalClock();
        let arrived = 5;
        clock.stamp(0, arrived);
        let read = arrived;
        for (const { delta, delay } of messages) {
          arrived += delta;
          read = Math.max(read, arrived + delay);
          if (read - arrived > 0.2) return; // beyond what the clock takes for lateness
          const error = clock.stamp(delta, read) - arrived;
          expect(error).toBeGreaterThanOrEqual(-1e-9);
          expect(error).toBeLessThan(0.0005 * (arrived - 5) + 1e-9);
        }
      }),
    );
  });

  it('never goes back and never runs ahead, whatever the system says', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ delta: fc.double(), pause: seconds(100) })), (messages) => {
        const clock = new ArrivalClock();
        let now = 0;
        let last = Number.NEGATIVE_INFINITY;
        for (const { delta, pause } of messages) {
          now += pause;
          const time = clock.stamp(delta, now);
          expect(time).toBeLessThanOrEqual(now);
          expect(time).toBeGreaterThanOrEqual(last);
          expect(time).toBeGreaterThanOrEqual(now - 0.2500001);
          last = time;
        }
      }),
    );
  });

  it('starts anew after the system clock stood still', () => {
    const clock = new ArrivalClock();
    clock.stamp(0, 1);
    expect(clock.stamp(0.5, 100)).toBe(100);
    expect(clock.stamp(0.5, 100.6)).toBeCloseTo(100.5, 3);
  });
});

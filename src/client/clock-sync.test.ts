import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockSync } from './clock-sync.js';

describe('ClockSync', () => {
  it('finds the offset as well as the round trips allow, whatever the delays', () => {
    const delay = fc.double({ min: 0.0005, max: 0.04, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(delay, delay), { minLength: 12, maxLength: 40 }), (trips) => {
        const clock = new ClockSync();
        clock.restart(100, 5);
        trips.forEach(([there, back], i) => {
          const sent = 100 + i;
          clock.add(sent, sent + there + back, sent + there - 95);
        });
        // A sample is wrong by at most half its round trip.
        const worst = Math.max(...trips.map(([there, back]) => (there + back) / 2));
        expect(Math.abs(clock.toSession(200) - 105)).toBeLessThanOrEqual(worst + 1e-9);
      }),
    );
  });

  it('believes the quickest of the last pings, and goes there without a stumble', () => {
    const clock = new ClockSync();
    clock.restart(0, 50);
    clock.add(1, 1.002, 51.001);
    const before = clock.toSession(2);
    clock.add(2, 2.08, 52.07);
    expect(Math.abs(clock.toSession(2) - before)).toBeLessThan(0.001);
    expect(clock.roundTrip).toBeCloseTo(0.002);
  });

  it('jumps when the host has another clock', () => {
    const clock = new ClockSync();
    clock.add(1, 1.002, 51.001);
    clock.add(2, 2.002, 7.001);
    expect(clock.toSession(2.001)).toBeCloseTo(7.001);
  });

  it('knows no round trip before the first pong', () => {
    const clock = new ClockSync();
    clock.restart(10, 3);
    expect([clock.roundTrip, clock.toSession(11)]).toEqual([undefined, 4]);
  });
});

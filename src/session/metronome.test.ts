import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Metronome } from './metronome.js';
import { Synth } from './testing/jam.js';

/** Two beats a second, three a bar. */
const WALTZ = { time: 10, at: 0, beat: 0.5, bar: 3 };

function made() {
  const synth = new Synth();
  /** (time, whether accented) */
  const clicks: [number, boolean][] = [];
  const metronome = new Metronome({
    output: synth,
    emit: (event) => {
      if (event.type === 'click') clicks.push([event.time, event.accent]);
    },
  });
  /** As a session does: it is looked after when it wants to be. */
  const run = (from: number, to: number) => {
    metronome.dispatch(from);
    for (let next = metronome.next; next !== null && next <= to; next = metronome.next)
      metronome.dispatch(next + 1e-9);
    metronome.dispatch(to);
  };
  return { metronome, synth, clicks, run };
}

describe('a metronome', () => {
  it('clicks on the beats, and accents the first of a bar', () => {
    const { metronome, clicks, run } = made();
    metronome.follow({ ...WALTZ, at: 1.5 }, 10);
    run(10, 12.2);
    expect(clicks).toEqual([
      [10.25, false],
      [10.75, true],
      [11.25, false],
      [11.75, false],
      [12.25, true],
    ]);
  });

  it('takes up the beat of a turn, and does not click twice for it', () => {
    const early = made();
    early.metronome.follow(WALTZ, 10);
    early.run(10, 11.45);
    // The player begins a little before the click that was told already, or a little after it.
    early.metronome.follow({ ...WALTZ, time: 11.45, at: 0 }, 11.45);
    early.run(11.45, 12);
    expect(early.clicks.slice(2)).toEqual([
      [11, false],
      [11.5, true],
      [11.95, false],
    ]);
    const upbeat = made();
    upbeat.metronome.follow(WALTZ, 10);
    upbeat.run(10, 11);
    upbeat.metronome.follow({ ...WALTZ, time: 11.01, at: 2.5 }, 11.01);
    upbeat.run(11.01, 11.5);
    expect(upbeat.clicks.slice(2)).toEqual([
      [11, false],
      [11.26, true],
    ]);
    const late = made();
    late.metronome.follow(WALTZ, 10);
    late.run(10, 11.06);
    late.metronome.follow({ ...WALTZ, time: 11.06, at: 0 }, 11.06);
    late.run(11.06, 12);
    expect(late.clicks.slice(2)).toEqual([
      [11, false],
      [11.56, false],
      [12.06, false],
    ]);
  });

  it('goes on where it was in another tempo, and begins a bar in another meter', () => {
    const { metronome, clicks, run } = made();
    metronome.keepCount(WALTZ, 10);
    run(10, 10.75);
    metronome.keepCount({ ...WALTZ, beat: 1 }, 10.75);
    run(10.75, 12.2);
    metronome.keepCount({ ...WALTZ, beat: 1, bar: 2 }, 12.25);
    run(12.25, 13.8);
    expect(clicks).toEqual([
      [10, true],
      [10.5, false],
      [11.25, false],
      [12.25, true],
      [13.25, false],
    ]);
  });

  it('passes over what nobody looked at the clock for', () => {
    const { metronome, clicks, synth } = made();
    metronome.follow(WALTZ, 10);
    metronome.dispatch(3600);
    expect(clicks.map(([time]) => time)).toEqual([3599.5, 3600]);
    expect(synth.faults).toEqual([]);
  });

  it('leaves nothing sounding, whenever it is silenced', () => {
    const time = fc.double({ min: 0, max: 2, noNaN: true });
    const pulse = fc.record({
      time: fc.constant(0),
      at: fc.double({ min: 0, max: 4, noNaN: true }),
      beat: fc.double({ min: 0.1, max: 2, noNaN: true }),
      bar: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(time, pulse), { minLength: 1 }), (moves) => {
        const { metronome, synth, clicks, run } = made();
        let now = 0;
        for (const [by, pulse] of moves) {
          metronome.follow({ ...pulse, time: now }, now);
          run(now, now + by);
          now += by;
        }
        metronome.silence();
        metronome.stopClicks();
        expect(synth.sounding.size).toBe(0);
        run(now, now + 3);
        expect([synth.faults, synth.sounding.size, metronome.next]).toEqual([[], 0, null]);
        const gaps = clicks.slice(1).map(([time], index) => time - clicks[index]![0]);
        for (const gap of gaps) expect(gap).toBeGreaterThan(0.099);
      }),
    );
  });
});

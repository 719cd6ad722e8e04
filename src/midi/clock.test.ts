import { describe, expect, it } from 'vitest';
import { type ClockBeat, MidiClock, REAL_TIME } from './clock.js';

type Told = readonly [ClockBeat | null, number];

function listening() {
  const told: Told[] = [];
  const clock = new MidiClock(
    () => 4,
    (beat, time) => told.push([beat, time]),
  );
  /** Ticks from `time` on, at `beat` seconds a beat; returns when the next one would come. */
  const run = (time: number, beat: number, beats: number, jitter = 0): number => {
    for (let tick = 0; tick < 24 * beats; tick++)
      clock.onMessage(REAL_TIME.tick, time + (tick * beat) / 24 + jitter * Math.sin(9 * tick));
    return time + beats * beat;
  };
  return { clock, told, run };
}

describe('a MIDI clock', () => {
  it('says its beats once, and its bars, and no more while it keeps its tempo', () => {
    const { clock, told, run } = listening();
    clock.onMessage(REAL_TIME.start, 1);
    run(1, 0.5, 64, 0.001);
    // The first beat is not measured as well as the later ones are.
    expect(told.length).toBeLessThan(6);
    const [[first, at], [second, line]] = told as [Told, Told];
    expect(at).toBeCloseTo(1.5, 2);
    expect(first!.beat).toBeCloseTo(0.5, 2);
    expect([first!.bar, second!.bar]).toEqual([false, true]);
    expect(line).toBeCloseTo(3, 2);
  });

  it('says another tempo', () => {
    const { clock, told, run } = listening();
    clock.onMessage(REAL_TIME.start, 0);
    const then = run(0, 0.5, 16);
    const before = told.length;
    run(then, 0.6, 16);
    const after = told.slice(before).map(([beat]) => beat!.beat);
    expect(after.length).toBeGreaterThan(0);
    expect(after.length).toBeLessThan(5);
    expect(after.at(-1)).toBeCloseTo(0.6, 2);
  });

  it('says its bars again after another tempo, which began within a bar', () => {
    const { clock, told, run } = listening();
    clock.onMessage(REAL_TIME.start, 0);
    const then = run(0, 0.5, 17);
    run(then, 0.6, 16);
    const [last, time] = told.at(-1)!;
    expect(last!.bar).toBe(true);
    expect(last!.beat).toBeCloseTo(0.6, 2);
    expect(time).toBeCloseTo(then + 3 * 0.6, 2);
  });

  it('is none before its start and after its stop, whatever ticks', () => {
    const { clock, told, run } = listening();
    const then = run(0, 0.5, 8);
    expect(told).toEqual([]);
    clock.onMessage(REAL_TIME.continue, then);
    const end = run(then, 0.5, 8);
    expect(told).toHaveLength(1);
    expect(told[0]![0]!.bar).toBe(false);
    clock.onMessage(REAL_TIME.stop, end);
    run(end, 0.5, 8);
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual([null, end]);
  });

  it('says it again where it is not known any more', () => {
    const { clock, told, run } = listening();
    clock.onMessage(REAL_TIME.start, 0);
    const then = run(0, 0.5, 8);
    const before = told.length;
    clock.again();
    run(then, 0.5, 8);
    expect(told.length).toBeGreaterThan(before);
  });
});

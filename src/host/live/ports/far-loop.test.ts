import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../model/keras-init.js';
import { FarLoop } from './far-loop.js';
import { SentLog } from './sent-log.js';

/** Note-ons of a model, a quarter of a second apart, all with one velocity; `heard` gives the echoes of each, in order of time. */
function simulate(
  strokes: number,
  heard: (time: number, pitch: number) => { time: number; pitch: number; velocity?: number },
) {
  const random = randomSource(3);
  const log = new SentLog();
  const loop = new FarLoop(log);
  const coming: { time: number; pitch: number; velocity?: number }[] = [];
  const found: number[] = [];
  for (let i = 0; i < strokes; i++) {
    const time = 10 + i / 4;
    while (coming.length > 0 && coming[0]!.time < time) {
      const { time: at, pitch, velocity = 80 } = coming.shift()!;
      if (loop.hears(pitch, velocity, at)) found.push(i);
    }
    const pitch = 40 + Math.floor(20 * random());
    log.add([0x90, pitch, 80], time);
    coming.push(heard(time, pitch));
  }
  return found;
}

/** Normally distributed with this standard deviation. */
function spread(seconds: number): () => number {
  const random = randomSource(5);
  return () => seconds * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('a loop that is far', () => {
  it.each([
    [0.3, 12],
    [0.02, -5],
    [1.6, 0],
    [1.9, 7],
  ])('is noticed: %s s later, %s semitones away', (delay, interval) => {
    const jitter = spread(0.0005);
    const found = simulate(40, (time, pitch) => ({ time: time + delay + jitter(), pitch: pitch + interval }));
    expect(found[0]).toBeLessThanOrEqual(17 + 4 * delay + 1);
  });

  // Musicians who play together are 20 ms and more apart; 10 ms is the best achieved with a metronome.
  it.each([
    ['an octave', 12, 0.01],
    ['at its pitch', 0, 0.01],
    ['at its pitch', 0, 0.02],
  ])(
    'is not one who imitates without end, each note %s, as loud, by %d semitones and %d s',
    (_, interval, apart) => {
      const jitter = spread(apart);
      expect(
        simulate(36_000, (time, pitch) => ({ time: time + 0.15 + jitter(), pitch: pitch + interval })),
      ).toEqual([]);
    },
  );

  it('is not what is never as loud', () => {
    expect(simulate(20_000, (time, pitch) => ({ time: time + 0.3, pitch, velocity: 64 }))).toEqual([]);
  });

  it('is not a machine that is sent on, again and again the same', () => {
    const log = new SentLog();
    const loop = new FarLoop(log);
    for (let i = 0; i < 2000; i++) {
      const [pitch, time] = [60 + 4 * (i % 3), 10 + i / 8];
      expect(loop.hears(pitch, 100, time)).toBe(false);
      log.add([0x90, pitch, 100], time + 0.001, true);
    }
  });
});

import { expect, it } from 'vitest';
import type { GivenPulse } from '../music/beats/tracker.js';
import { bandJam, OTHERS } from './testing/band-jam.js';
import { codec, performer, START } from './testing/jam.js';

const beats = (period: number, beatAt: number): GivenPulse => ({ period, beatAt, bar: true, heard: true });

/** A band of three; the second member hears whatever `hears` says, and each says what it is told. */
function listeners() {
  const hears: { pulse: GivenPulse | null } = { pulse: null };
  const told: (readonly [member: number, period: number | null])[] = [];
  const performers = [0, 1, 2].map((member) => ({
    ...performer(7 + member),
    codec: {
      ...codec,
      stream(time: number) {
        const stream = codec.stream(time);
        if (member === 1) Object.defineProperty(stream, 'heardPulse', { get: () => hears.pulse });
        stream.setPulse = (pulse) => told.push([member, pulse?.period ?? null]);
        return stream;
      },
    },
  }));
  const { band } = bandJam(['listen', 'listen', 'listen'], { performers });
  band.command(START, 0);
  const strike = (time: number) => {
    band.input({ type: 'noteOn', time, pitch: 60, velocity: 80 });
    band.input({ type: 'noteOff', time: time + 0.1, pitch: 60 });
    return told.splice(0);
  };
  return { band, hears, told, strike };
}

it('is told to all but the member that hears it, once, and again where it has changed', () => {
  const { hears, strike } = listeners();
  expect(strike(1)).toEqual([]);
  hears.pulse = beats(0.5, 1);
  expect(strike(2)).toEqual([
    [0, 0.5],
    [1, null],
    [2, 0.5],
  ]);
  // The same beats, some bars later and a little off.
  hears.pulse = beats(0.501, 3.004);
  expect(strike(3)).toEqual([]);
  // Half a beat off, another pace, another bar line: another pulse.
  for (const [time, changed] of [
    [4, beats(0.5, 3.25)],
    [5, beats(0.6, 3.25)],
    [6, beats(0.6, 3.85)],
  ] as const) {
    hears.pulse = changed;
    expect(strike(time).map(([member]) => member)).toEqual([0, 1, 2]);
  }
  hears.pulse = null;
  expect(strike(7)).toEqual([
    [0, null],
    [1, null],
    [2, null],
  ]);
});

it('gives way to beats that are tapped or clocked, and comes back after them, also to a new stream', () => {
  const { band, hears, told, strike } = listeners();
  hears.pulse = beats(0.5, 1);
  strike(1);
  band.command({ type: 'pulse', beat: 0.7, bar: true, tapped: true }, 2);
  expect(told.splice(0).map(([, period]) => period)).toEqual([0.7, 0.7, 0.7]);
  hears.pulse = beats(0.55, 3);
  expect(strike(3)).toEqual([]);
  band.command({ type: 'reset', member: OTHERS[1] }, 4);
  expect(told.splice(0)).toEqual([[2, 0.7]]);
  band.command({ type: 'pulse', beat: 0, bar: false, tapped: true }, 5);
  expect(told.splice(0).map(([, period]) => period)).toEqual([0.55, null, 0.55]);
  band.command({ type: 'reset', member: OTHERS[1] }, 6);
  expect(told.splice(0)).toEqual([[2, 0.55]]);
});

it('does not depend on when the band is looked at: two pulses that drift apart are compared when what is heard changes', () => {
  const { band, hears, told, strike } = listeners();
  hears.pulse = beats(0.5, 1);
  strike(1);
  hears.pulse = beats(0.501, 3.004);
  expect(strike(3)).toEqual([]);
  // 60 s later the two are a quarter of a beat apart.
  for (let time = 4; time < 64; time += 1) band.advance(time);
  expect(told).toEqual([]);
  hears.pulse = beats(0.501, 3.005);
  expect(strike(64).map(([member]) => member)).toEqual([0, 1, 2]);
});

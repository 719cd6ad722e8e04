import { describe, expect, it } from 'vitest';
import { figuresOf } from '../testing/spectrum.js';
import { drumSamples } from './drum-samples.js';
import { chokes, DRUMS, drumOf } from './kit.js';

const RATE = 44_100;
const heard = Object.fromEntries(
  DRUMS.map((drum) => [drum, figuresOf(drumSamples(drum, RATE), RATE)]),
) as Record<(typeof DRUMS)[number], ReturnType<typeof figuresOf>>;

/** The nine kinds of drums that drummers' grids tell apart. */
const KINDS = [
  ...(['kick', 'snare', 'closedHat', 'openHat'] as const),
  ...(['lowTom', 'midTom', 'highTom', 'crash', 'ride'] as const),
];

describe('the drums', () => {
  it('begin at once, peak alike, and end in silence', () => {
    for (const drum of DRUMS) {
      const samples = drumSamples(drum, RATE);
      expect(heard[drum].attack, drum).toBeLessThan(drum === 'clap' ? 0.05 : 0.015);
      expect(heard[drum].peak, drum).toBeCloseTo(0.9, 3);
      expect(samples[0]).toBeCloseTo(0, 9);
      expect(Math.max(...samples.subarray(-20).map(Math.abs)), drum).toBeLessThan(0.005);
    }
  });

  it('are the same each time', () => {
    expect(drumSamples('snare', RATE)).toEqual(drumSamples('snare', RATE));
  });

  it('sound as low, as high and as long as theirs do', () => {
    const { kick, snare, closedHat, openHat, lowTom, midTom, highTom, crash, ride } = heard;
    expect(kick.median).toBeLessThan(100);
    expect(lowTom.median * 1.3).toBeLessThan(midTom.median);
    expect(midTom.median * 1.3).toBeLessThan(highTom.median);
    expect(highTom.centroid).toBeLessThan(400);
    expect(snare.centroid).toBeGreaterThan(1500);
    expect(snare.centroid).toBeLessThan(5000);
    for (const cymbal of [closedHat, openHat, crash]) expect(cymbal.centroid).toBeGreaterThan(5000);
    expect(ride.centroid).toBeGreaterThan(3500);
    expect(closedHat.length).toBeLessThan(0.06);
    expect(openHat.length).toBeGreaterThan(5 * closedHat.length);
    expect(crash.length).toBeGreaterThan(2 * openHat.length);
  });

  it('of nine kinds are told apart by their pitch or their length', () => {
    for (const one of KINDS)
      for (const other of KINDS) {
        if (one === other) continue;
        const octaves = (figure: 'centroid' | 'median' | 'length') =>
          Math.abs(Math.log2(heard[one][figure] / heard[other][figure]));
        expect(
          Math.hypot(octaves('centroid'), octaves('median'), octaves('length')),
          `${one}, ${other}`,
        ).toBeGreaterThan(0.75);
      }
  });
});

it('each key of General MIDI strikes a drum, and a closed hi-hat ends the open one', () => {
  expect([36, 38, 42, 46, 43, 47, 50, 49, 51].map(drumOf)).toEqual(KINDS);
  expect(new Set(Array.from({ length: 128 }, (_, pitch) => drumOf(pitch)))).toEqual(new Set(DRUMS));
  expect(chokes('pedalHat', 'openHat')).toBe(true);
  expect(chokes('closedHat', 'crash')).toBe(false);
});

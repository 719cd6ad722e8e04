import { describe, expect, it } from 'vitest';
import { BeatCritic, type BeatCriticSpec } from './critic.js';
import { FEATURE_NAMES, featuresOf } from './features.js';
import type { ReadBar, ReadNote } from './reading.js';

const note = (slot: number, pitch: number, beats = 1): ReadNote => ({
  tick: 12 * slot,
  slot,
  pitch,
  bin: 8,
  beats,
});

/** A bar on a root: bass, broken chord, and a melody above. */
function bar(
  root: number,
  tune: readonly (readonly [slot: number, pitch: number])[] = [
    [0, 72],
    [8, 76],
  ],
): ReadBar {
  const low = [0, 7, 12, 7].map((step, beat) => note(4 * beat, 36 + root + step));
  const notes = [...low, ...tune.map(([slot, pitch]) => note(slot, pitch, 2))].sort(
    (a, b) => a.tick - b.tick || a.pitch - b.pitch,
  );
  return { beats: 4, notes, chords: [{ beat: 0, chord: 16 * root }] };
}
const loop = [0, 7, 9, 5, 0, 7, 9, 5].map((root) => bar(root));

describe('what is read of some bars', () => {
  it('finds a loop that goes on to be as it was', () => {
    const same = featuresOf(loop, loop.slice(0, 4));
    expect(same).toMatchObject({
      density: 0,
      lines: 1,
      linesChange: 0,
      clashes: 0,
      newChords: 0,
      barBack: 1,
      lineBack: 1,
      contourBack: 1,
      rootsOnLines: 1,
    });
    expect(same.loop4).toBeCloseTo(1);
    expect(same.loop1).toBeLessThan(0.9);
    expect(same.figureKept).toBeCloseTo(1);
  });

  it('hears another loop, a bar line missed, a hole, a clash', () => {
    const other = featuresOf(
      loop,
      [10, 3, 10, 3].map((root) => bar(root)),
    );
    expect(other.newChords).toBe(1);
    expect(other.loop4).toBeLessThan(0.6);
    expect(other.outside).toBeGreaterThan(0.2);
    const late = loop.slice(0, 4).map((each) => ({
      ...each,
      notes: each.notes.map(({ slot, pitch, beats }) => note(slot + 2, pitch, beats)),
    }));
    expect(featuresOf(loop, late)).toMatchObject({ lines: 0, linesChange: -1 });
    expect(featuresOf(loop, [bar(0), { beats: 4, notes: [], chords: [] }, bar(0)]).hole).toBe(5);
    expect(
      featuresOf(loop, [
        bar(0, [
          [0, 73],
          [8, 72],
        ]),
      ]).clashes,
    ).toBe(0.5);
  });

  it('follows the tune: how far it reaches, whether it repeats, turns, climbs and comes back', () => {
    const climbing = featuresOf(
      loop,
      [60, 64, 67, 72].map((pitch) =>
        bar(0, [
          [0, pitch],
          [4, pitch + 2],
          [8, pitch + 4],
        ]),
      ),
    );
    expect(climbing).toMatchObject({ lineRange: 16, lineRepeats: 1 / 11, lineDrift: 12 });
    expect(climbing.contourBack).toBeLessThan(1);
    const dithering = featuresOf(
      loop,
      new Array(4).fill(
        bar(0, [
          [0, 72],
          [4, 72],
          [8, 74],
          [12, 72],
        ]),
      ),
    );
    expect(dithering.lineRepeats).toBeCloseTo(4 / 11);
    expect(dithering.lineTurns).toBeGreaterThan(0.2);
    expect(dithering.lineEntropy).toBeLessThan(climbing.lineEntropy);
  });

  it('is a number, whatever there is', () => {
    for (const [before, span] of [
      [[], []],
      [[], loop],
      [loop, []],
      [
        [{ beats: 4, notes: [], chords: [] }],
        [{ beats: 2, notes: [note(0, 30)], chords: [{ beat: 0, chord: -1 }] }],
      ],
    ] as const)
      expect(Object.values(featuresOf(before, span)).every(Number.isFinite)).toBe(true);
  });
});

describe('a critic', () => {
  const indifferent = { middle: 0, width: 1e6, slope: 0, bend: 0 };
  const critic = (of: Partial<BeatCriticSpec['features']>) =>
    new BeatCritic({
      bias: 2,
      features: {
        ...Object.fromEntries(FEATURE_NAMES.map((name) => [name, indifferent])),
        ...of,
      } as BeatCriticSpec['features'],
    });
  const before = [7, 9, 5].map((root) => bar(root));
  const resting = { ...bar(0), notes: [note(0, 36), note(4, 43), note(12, 60)] };
  const empty: ReadBar = { beats: 4, notes: [], chords: [] };

  it('judges by how far each feature is from the middle of people, and no further than three widths', () => {
    // The melody of a bar has a range of four semitones.
    const wide = critic({ lineRange: { middle: 2, width: 2, slope: -1, bend: 0.25 } });
    expect(
      wide.judge(before, [
        bar(0, [
          [0, 72],
          [8, 74],
        ]),
      ]),
    ).toBeCloseTo(2);
    expect(wide.judge(before, [bar(0)])).toBeCloseTo(2 - 1 + 0.25);
    expect(
      wide.judge(before, [
        bar(0, [
          [0, 72],
          [8, 96],
        ]),
      ]),
    ).toBeCloseTo(2 - 3 + 0.25 * 9);
  });

  it('minds what a reader named, beyond a width, though people have it too', () => {
    // The longest rests: one beat, two, five.
    const wary = critic({ hole: { middle: 1, width: 0.5, slope: 0, bend: 0 } });
    expect(wary.judge(before, [bar(0)])).toBeCloseTo(2);
    expect(wary.judge(before, [resting])).toBeCloseTo(2 - 0.7);
    expect(wary.judge(before, [bar(0), empty, bar(0)])).toBeCloseTo(2 - 0.7 * 5);
  });

  it('minds figures that come again and again, more than people like it', () => {
    const plain = critic({});
    expect(plain.judge(loop.slice(0, 4), loop.slice(0, 1))).toBeCloseTo(2, 0);
    expect(plain.judge(new Array(8).fill(bar(0)), new Array(4).fill(bar(0)))).toBeLessThan(2 - 10);
  });
});

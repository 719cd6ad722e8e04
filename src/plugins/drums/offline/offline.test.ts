import { describe, expect, it } from 'vitest';
import { kerasNetwork } from '../../../model/keras-init.js';
import { uniform } from '../../../model/random.js';
import { ReferenceEngine } from '../../../model/reference.js';
import { createSampler } from '../../../model/sampler.js';
import type { BeatMap } from '../../../music/beats/beat-map.js';
import type { Note } from '../../../music/note.js';
import type { OfflineRequest } from '../../../plugin/offline.js';
import { drumCodec } from '../live/live.js';
import type manifest from '../plugin.json';
import { songOfPhrases } from '../testing/phrases.js';
import { DEFAULTS } from '../testing/play.js';
import { barsOfFile } from './file-bars.js';
import { fillsOfFile } from './file-fills.js';
import { drumsOffline } from './offline.js';

const classes = drumCodec.vocabulary.size;
const network = kerasNetwork(
  { inputClasses: classes, embedding: 4, layers: [{ cell: 'gru', units: 6 }], outputClasses: classes },
  3,
);
const sampler = createSampler(classes);

/** Beats that last as long as `paceOf` says, in bars of four. */
function beatsOf(bars: number, paceOf: (beat: number) => number): BeatMap {
  const beats = [0];
  for (let beat = 0; beat < 4 * bars; beat++) beats.push(beats.at(-1)! + paceOf(beat));
  return { beats, bars: new Array(bars).fill(4) };
}
const eighths = ({ beats }: BeatMap, from = 0, until = Number.POSITIVE_INFINITY, velocity = 70): Note[] =>
  beats.slice(0, -1).flatMap((time, beat) => {
    const half = (beats[beat + 1]! - time) / 2;
    return [time, time + half]
      .filter((start) => start >= from && start < until)
      .map((start) => ({ pitch: 60, velocity, start, end: start + half }));
  });

function played(
  map: BeatMap,
  notes: readonly Note[],
  change: { from?: number; params?: object; tracks?: object[] } = {},
) {
  const engine = new ReferenceEngine(network);
  const params = { ...DEFAULTS, ...change.params };
  const shares: number[] = [];
  const parts = drumsOffline.play({
    piece: { tracks: change.tracks ?? [] },
    ...{ performance: { notes, pedal: [] }, beats: () => map, from: change.from ?? 0, params, options: {} },
    ...{ until: map.beats.at(-1)!, seed: 1, progress: (share: number) => shares.push(share) },
    model: {
      ...{ engine, codec: drumCodec, metadata: {} },
      createDraw: () => {
        let index = 0;
        const settings = { temperature: 1, topK: 0, topP: 1 };
        return (logits: Float32Array, mask: Uint8Array) =>
          sampler.draw(logits, settings, mask, uniform(5, 0, index++));
      },
    },
  } as unknown as OfflineRequest<typeof manifest.params>) as readonly { voice: string; notes: Note[] }[];
  expect(parts.map(({ voice }) => voice)).toEqual(['drums']);
  return { notes: parts[0]!.notes, shares };
}

describe('drums along with a file', () => {
  it('keep to its beats, also where the tempo jumps, and end with its last stroke', () => {
    const map = beatsOf(12, (beat) => (beat < 24 ? 0.5 : 0.36));
    const last = map.beats[45]!;
    const { notes, shares } = played(map, eighths(map, 0, last + 0.01));
    expect(notes.length).toBeGreaterThan(60);
    // On a tick of its beat, all but second strokes of doubles, and those that come early where the tempo jumps.
    const onTicks = notes.filter(({ start }) => {
      const beat = map.beats.findLastIndex((time) => time <= start + 1e-9);
      const tick = ((start - map.beats[beat]!) / (map.beats[beat + 1]! - map.beats[beat]!)) * 48;
      return Math.abs(tick - Math.round(tick)) < 1e-6;
    });
    expect(onTicks.length / notes.length).toBeGreaterThan(0.9);
    expect(notes.at(-1)!.start).toBeLessThanOrEqual(last + 0.05);
    expect(notes.at(-1)!.start).toBeGreaterThan(last - 1);
    expect(shares.at(-1)).toBe(1);
    expect(played(map, eighths(map, 0, last + 0.01)).notes).toEqual(notes);
  });

  it('end each note before the next of its drum', () => {
    const map = beatsOf(16, () => 0.3);
    const ends = new Map<number, number>();
    for (const { pitch, start, end } of played(map, eighths(map)).notes) {
      expect(start).toBeGreaterThanOrEqual(ends.get(pitch) ?? 0);
      expect(end).toBeGreaterThan(start);
      ends.set(pitch, end);
    }
  });

  it('come in with the player, after an upbeat on the next bar line', () => {
    const map = beatsOf(8, () => 0.5);
    const bars = (from: number) => barsOfFile(map, eighths(map, from));
    expect(bars(0)[0]!.times[0]).toBe(0);
    expect(bars(4.5)[0]!.times[0]).toBe(4);
    expect(bars(5.5)[0]!.times[0]).toBe(6);
  });

  it('are as dense and as loud as each bar, and softer where the player rests', () => {
    const map = beatsOf(8, () => 0.5);
    const notes = [...eighths(map, 0, 4, 30), ...eighths(map, 4, 8, 110), ...eighths(map, 14, 16, 110)];
    const touches = barsOfFile(map, notes).map(({ touch }) => touch);
    expect(touches.map(({ loudness }) => loudness)).toEqual([0, 0, 5, 5, 5, 4, 3, 5]);
    expect(touches[3]!.density).toBeGreaterThan(touches[6]!.density);
  });

  it('fill where phrases end, and in longer ones every so many bars', () => {
    const map = beatsOf(24, () => 0.5);
    const fills = (notes: readonly Note[]) => [...fillsOfFile(barsOfFile(map, notes), 8)];
    const song = songOfPhrases({ bars: 24, length: 6, pace: 0.5 });
    expect(fills(song.map(({ time, ...note }) => ({ ...note, start: time, end: time + 0.2 })))).toEqual([
      5, 11, 17,
    ]);
    expect(fills(eighths(map))).toEqual([7, 15]);
  });

  it('are counted in', () => {
    const map = beatsOf(4, () => 0.5);
    const { notes } = played(map, eighths(map), { from: -2 });
    expect(notes.slice(0, 4).map(({ pitch, start, velocity }) => [pitch, start, velocity])).toEqual([
      [37, -2, 95],
      [37, -1.5, 70],
      [37, -1, 70],
      [37, -0.5, 70],
    ]);
  });

  it('drum with drums where nobody else plays', () => {
    const map = beatsOf(8, () => 0.5);
    const drums = eighths(map).map((note) => ({ ...note, pitch: 42 }));
    expect(played(map, [], { tracks: [{ notes: drums }] }).notes.length).toBeGreaterThan(30);
  });

  it('need somebody who plays', () => {
    expect(() =>
      played(
        beatsOf(4, () => 0.5),
        [],
      ),
    ).toThrow(expect.objectContaining({ code: 'BEATS_MISSING' }));
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../../../test/requires.js';
import { readMidi } from '../midi/read.js';
import type { Note } from '../note.js';
import { applyPedal } from '../pedal.js';
import { pianoPerformance } from '../to-performance.js';
import { followBeats } from './follow.js';
import { beatsOfMidi } from './from-midi.js';
import { isDrumming } from './idiom.js';
import { BeatTracker } from './tracker.js';

const note = (pitch: number, start: number, length = 0.3): Note => ({
  pitch,
  velocity: 70,
  start,
  end: start + length,
});

/** Bars of four beats that begin at 0: bass and chord on one and three, chords on two and four, eighths above; a little uneven. */
function song(pace: number, bars: number, from = 0): Note[] {
  const uneven = (index: number) => 0.012 * Math.sin(7 * index);
  return Array.from({ length: 8 * bars }, (_, eighth): Note[] => {
    const start = from + (eighth * pace) / 2 + uneven(eighth);
    const root = [36, 43, 45, 41][Math.floor(eighth / 8) % 4]!;
    const tune = note(72 + ((eighth * 5) % 7), start);
    if (eighth % 8 === 0)
      return [note(root, start, 2 * pace), note(root + 12, start), note(root + 16, start), tune];
    if (eighth % 4 === 0) return [note(root + 7, start, pace), tune];
    return eighth % 2 === 0
      ? [note(root + 24, start), note(root + 28, start), note(root + 31, start), tune]
      : [tune];
  })
    .flat()
    .sort((a, b) => a.start - b.start);
}

describe('BeatTracker', () => {
  it('finds beats and bars of an even accompaniment within six seconds, at several paces', () => {
    for (const pace of [0.5, 0.62, 0.75]) {
      const tracker = new BeatTracker();
      for (const heard of song(pace, 12).filter(({ start }) => start < 6)) tracker.add(heard);
      const pulse = tracker.at(6)!;
      expect(pulse.period).toBeCloseTo(pace, 2);
      const bars = pulse.bar / (4 * pace);
      expect(Math.abs(bars - Math.round(bars)) * 4 * pace).toBeLessThan(0.05);
    }
  });

  it('follows who grows slower', () => {
    const tracker = new BeatTracker();
    const slower = (time: number) => time * (1 + 0.002 * time);
    for (const heard of song(0.6, 16)) tracker.add({ ...heard, start: slower(heard.start) });
    const now = slower(16 * 2.4);
    const pulse = tracker.at(now)!;
    const beat = slower(15 * 2.4);
    const beats = (beat - pulse.bar) / pulse.period;
    expect(Math.abs(beats - Math.round(beats)) * pulse.period).toBeLessThan(0.07);
    expect(pulse.period).toBeGreaterThan(0.63);
  });

  it('believes nothing before there is something', () => {
    const tracker = new BeatTracker();
    expect(tracker.at(1)).toBeNull();
    for (const time of [0, 0.4, 1.1]) tracker.add(note(60, time));
    expect(tracker.at(2)).toBeNull();
  });
});

/** A bar of drums by eighths: kicks, snares, hi-hats; `x` loud, `o` soft. */
function drums(pace: number, bars: number, figure: { kick: string; snare: string; hat: string }): Note[] {
  const KEYS = { kick: 36, snare: 38, hat: 42 };
  return Array.from({ length: 8 * bars }, (_, eighth) => {
    const start = (eighth * pace) / 2 + 0.006 * Math.sin(5 * eighth);
    return (['kick', 'snare', 'hat'] as const).flatMap((drum): Note[] => {
      const struck = figure[drum][eighth % 8];
      if (struck !== 'x' && struck !== 'o') return [];
      return [{ ...note(KEYS[drum], start, 0.1), velocity: struck === 'x' ? 100 : 40 }];
    });
  }).flat();
}

describe('BeatTracker beside drummers', () => {
  const FIGURES = {
    rock: { kick: 'x...x...', snare: '..x...x.', hat: 'oooooooo' },
    disco: { kick: 'x.x.x.x.', snare: '..x...x.', hat: '.x.x.x.x' },
    syncopated: { kick: 'x..xx..x', snare: '..x...x.', hat: 'xoxoxoxo' },
  };
  it.each(Object.entries(FIGURES))('finds beats and bars of %s, not the offbeats', (_, figure) => {
    for (const pace of [0.42, 0.5, 0.62]) {
      const tracker = new BeatTracker();
      for (const heard of drums(pace, 4, figure)) tracker.add(heard);
      const pulse = tracker.at(16 * pace)!;
      expect(pulse.period).toBeCloseTo(pace, 2);
      const halfBars = pulse.bar / (2 * pace);
      expect(Math.abs(halfBars - Math.round(halfBars)) * 2 * pace).toBeLessThan(0.05);
    }
  });

  it('lays beats in a file of drums alone', () => {
    const played = drums(0.5, 8, FIGURES.rock);
    const map = followBeats(played, played.at(-1)!.start)!;
    expect(map.beats[1]! - map.beats[0]!).toBeCloseTo(0.5, 2);
    const beats = map.beats[0]! / 0.5;
    expect(Math.abs(beats - Math.round(beats)) * 0.5).toBeLessThan(0.05);
  });

  it('takes a left hand, whose keys are all of some kit, for a keyboard', () => {
    const left = song(0.6, 8).filter(({ pitch }) => pitch < 60);
    expect(isDrumming(new BeatTracker().state.onsets)).toBe(false);
    const tracker = new BeatTracker();
    for (const one of left) tracker.add(one);
    expect(isDrumming(tracker.state.onsets)).toBe(false);
  });
});

describe('followBeats', () => {
  it('lays beats from the first note to the end of the open bar', () => {
    const map = followBeats(song(0.6, 8), 8 * 2.4 + 0.3)!;
    expect(new Set(map.bars)).toEqual(new Set([4]));
    expect(map.beats[0]).toBeLessThanOrEqual(0.02);
    expect(map.beats.at(-1)).toBeGreaterThan(8 * 2.4 + 0.3);
    let line = 0;
    for (const length of map.bars) {
      const bars = map.beats[line]! / 2.4;
      expect(Math.abs(bars - Math.round(bars)) * 2.4).toBeLessThan(0.06);
      line += length;
    }
  });

  it('finds none in notes without one', () => {
    const free = Array.from({ length: 80 }, (_, at) =>
      note(60 + (at % 5), 0.31 * at + 0.23 * Math.sin(at * at)),
    );
    expect(
      followBeats(
        free.sort((a, b) => a.start - b.start),
        26,
      ),
    ).toBeNull();
    expect(followBeats([], 5)).toBeNull();
  });
});

describe('beatsOfMidi', () => {
  const file = (notes: readonly Note[], bpm: number, numerator = 4) => ({
    tracks: [{ name: '', channel: 0, drums: false, pedalChannel: 0, program: 0, notes, pedal: [] }],
    tempos: [{ time: 0, bpm }],
    timeSignatures: [{ time: 0, numerator, denominator: 4 }],
    keySignatures: [],
    duration: 20,
    warnings: [],
  });

  it('takes tempo and meter of the file where the notes keep to them', () => {
    const map = beatsOfMidi(file(song(0.6, 8), 100), song(0.6, 8), 19)!;
    expect(map.beats[4]).toBeCloseTo(2.4, 6);
    expect(map.bars.every((beats) => beats === 4)).toBe(true);
  });

  it('looks for the beats at the tempo of the file where its own lie elsewhere', () => {
    const late = song(0.6, 8).map((played) => ({
      ...played,
      start: played.start + 0.25,
      end: played.end + 0.25,
    }));
    const map = beatsOfMidi(file(late, 100), late, 19)!;
    let line = 0;
    for (const length of map.bars) {
      const bars = (map.beats[line]! - 0.25) / 2.4;
      expect(Math.abs(bars - Math.round(bars)) * 2.4).toBeLessThan(0.06);
      line += length;
    }
  });

  it('passes over a tempo within a beat', () => {
    const piece = {
      ...file(song(0.6, 8), 100),
      tempos: [
        { time: 0, bpm: 100 },
        { time: 4.5, bpm: 120 },
      ],
    };
    const map = beatsOfMidi(piece, [note(60, 0), note(62, 2.4)], 6)!;
    // The eighth beat begins at 4.2; half of it passes at 100, half at 120.
    expect(map.beats[7]).toBeCloseTo(4.2, 6);
    expect(map.beats[8]).toBeCloseTo(4.75, 6);
  });

  it('takes no beats that the notes know nothing of', () => {
    const free = Array.from({ length: 100 }, (_, at) => note(60, at * 0.1837));
    expect(beatsOfMidi(file(free, 120), free, 18)).toBeNull();
  });
});

describeWith('the corpora (CONTINUO_DATA)', 'beats of POP909', (data) => {
  it('are those of the file, whose tempo its notes keep to', async () => {
    for (const song of ['013', '033']) {
      const piece = readMidi(await readFile(join(data, `performance/pop909/${song}.mid`)));
      const map = beatsOfMidi(piece, applyPedal(pianoPerformance(piece).performance), piece.duration);
      expect(map).not.toBeNull();
    }
  });
});

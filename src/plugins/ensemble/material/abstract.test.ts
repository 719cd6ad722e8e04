import { describe, expect, it } from 'vitest';
import type { BeatNote } from '../gestures/classify.js';
import { GESTURES } from '../gestures/gesture.js';
import { type Harmony, pitchAt, stepOf, triadOf } from '../harmony/chord.js';
import { handFigure, lineFigure } from './abstract.js';
import { type PlayedBeat, RINGS, readFigure, writeFigure } from './figure.js';
import { figuresOf } from './figures.js';

const note = (pitch: number, start: number, end: number): BeatNote => ({ pitch, velocity: 70, start, end });
const over = (harmony: Harmony, step = 4): PlayedBeat => ({ step, harmony });
const G: Harmony = { tonic: 0, ...triadOf({ root: 7, quality: '7' }) };
const read = (text: string) => readFigure(text, { count: 1, songs: 1, accents: [] });

describe('a beat as a figure', () => {
  it('is a line in steps of the scale over its chord, whatever the key', () => {
    const line = [note(74, 4, 4.5), note(72, 4.5, 4.75), note(71, 4.75, 6)];
    const figure = lineFigure(line, over(G), 'highest')!;
    expect(writeFigure(figure)).toBe('0 0.2.4 2.1.-1 3.9.-2');
    const up = (by: number) => line.map((each) => ({ ...each, pitch: each.pitch + by }));
    const higher: Harmony = { tonic: 3, root: 10, triad: 0 };
    expect(lineFigure(up(3), over(higher), 'highest')).toEqual(figure);
    expect(read(writeFigure(figure)).attacks).toEqual(figure.attacks);
  });

  it('is a hand with the tones that it strikes', () => {
    const notes = [note(55, 4, 4.5), note(59, 4.5, 5), note(62, 4.5, 5), note(55, 4.75, 7)];
    const figure = handFigure(notes, over(G))!;
    expect(figure.hand).toBe(3);
    expect(figure.attacks.map(({ tones }) => tones)).toEqual([0b001, 0b110, 0b001]);
    expect(figure.attacks.at(-1)!.length).toBe(RINGS);
    expect(read(writeFigure(figure)).attacks).toEqual(figure.attacks);
  });

  it('is none where a note is not of the scale, or nothing begins', () => {
    expect(lineFigure([note(73, 4, 5)], over(G), 'highest')).toBeNull();
    expect(lineFigure([note(74, 3, 5)], over(G), 'highest')).toBeNull();
  });

  it('has places in the scale that come back as pitches, with the third of E major within A minor', () => {
    const E: Harmony = { tonic: 0, root: 4, triad: 0 };
    for (const pitch of [64, 68, 71, 69, 40]) expect(pitchAt(E, stepOf(E, pitch)!)).toBe(pitch);
    expect(stepOf(E, 67)).toBeNull();
  });
});

it('knows figures of at least three songs for whatever a follower may be asked', () => {
  for (const part of ['counter', 'chords', 'bass'] as const)
    for (const [gesture, { id }] of GESTURES.entries()) {
      const figures = figuresOf(part, gesture);
      if (id === 'silence' || id === 'held') expect(figures).toEqual([]);
      else expect(figures.length).toBeGreaterThan(10);
      for (const { songs, count, attacks } of figures) {
        expect(songs).toBeGreaterThanOrEqual(3);
        expect(count).toBeGreaterThanOrEqual(songs);
        expect(attacks.every(({ at }) => at >= 0 && at < 4)).toBe(true);
      }
    }
});

import { describe, expect, it } from 'vitest';
import { type BeatNote, gestureOf, gesturesOf, lineGestureOf } from './classify.js';
import { GESTURES, type GestureId, gesture } from './gesture.js';

const note = (pitch: number, start: number, length = 0.25): BeatNote => ({
  pitch,
  velocity: 70,
  start,
  end: start + length,
});

/** Pitches that begin at even distances in the beat. */
const evenly = (...pitches: number[]) => pitches.map((pitch, at) => note(pitch, at / pitches.length));
const idOf = (notes: readonly BeatNote[], step = 0): GestureId => GESTURES[gestureOf(notes, step)]!.id;

describe('the gesture of a beat', () => {
  it.each<[GestureId, string, readonly BeatNote[]]>([
    ['silence', 'nothing', []],
    ['silence', 'the end of a note', [note(60, -0.5, 0.6)]],
    ['silence', 'a note that comes later', [note(60, 1)]],
    ['held', 'a note from before', [note(60, -1, 2)]],
    ['held', 'notes from before, one after the other', [note(60, -1, 1.15), note(64, -0.5, 0.8)]],
    ['tone', 'one note', [note(60, 0, 1)]],
    ['tone', 'one note off the beat', [note(60, 0.5)]],
    ['tone', 'one note while another is held', [note(48, -1, 3), note(60, 0)]],
    ['tone', 'an octave', [note(48, 0), note(60, 0)]],
    ['tone', 'a note a little early', [note(60, -0.05)]],
    ['repeated', 'one tone twice', evenly(60, 60)],
    ['repeated', 'one chord twice', [note(60, 0), note(64, 0), note(60, 0.5), note(64, 0.5)]],
    ['up', 'a step up', evenly(60, 62)],
    ['up', 'a scale of three', evenly(60, 62, 64)],
    ['down', 'a step down', evenly(62, 61)],
    ['broken', 'a leap', evenly(60, 67)],
    ['broken', 'a triad', evenly(60, 64, 67)],
    ['broken', 'a broken chord in sixteenths', evenly(60, 64, 67, 64)],
    ['broken', 'a bass and one chord', [note(48, 0), note(60, 0.3), note(72, 0.6), note(64, 0.6)]],
    ['chord', 'a chord', [note(60, 0), note(64, 0.03), note(67, 0.05)]],
    ['chord', 'two chords', [note(60, 0), note(64, 0), note(62, 0.5), note(65, 0.5)]],
    ['chord', 'a tone and a chord', [note(60, 0), note(64, 0.5), note(67, 0.5)]],
    ['run', 'a scale of four', evenly(60, 62, 64, 65)],
    ['run', 'a turn back', evenly(60, 62, 60)],
  ])('is %s: %s', (id, _, notes) => {
    expect(idOf(notes)).toBe(id);
  });

  it.each<[GestureId, string, readonly BeatNote[]]>([
    ['tone', 'a chord', [note(60, 0), note(64, 0), note(67, 0)]],
    ['down', 'two chords', [note(60, 0), note(67, 0), note(62, 0.5), note(65, 0.5)]],
    ['held', 'a chord from before', [note(60, -1, 2), note(64, -1, 2)]],
    ['run', 'a scale of four', evenly(60, 62, 64, 65)],
  ])('is %s by its line alone: %s', (id, _, notes) => {
    expect(GESTURES[lineGestureOf(notes, 0)]!.id).toBe(id);
  });

  it('counts an early onset in the step that it anticipates, and there alone', () => {
    expect(idOf([note(60, 0.95, 0.02)], 0)).toBe('silence');
    expect(idOf([note(60, 0.95, 0.02)], 1)).toBe('tone');
  });
});

describe('the gestures of a part', () => {
  it('are those of its steps, each looked at alone', () => {
    const part = [...evenly(60, 62), note(64, 1, 2.5), note(67, 3.96, 0.02), note(60, 4.5), note(60, 4.75)];
    const gestures = gesturesOf(part, 6);
    expect(gestures.map((number) => GESTURES[number]!.id)).toEqual([
      ...['up', 'tone', 'held', 'held', 'broken', 'silence'],
    ]);
    expect(gestures).toEqual(Array.from({ length: 6 }, (_, step) => gestureOf(part, step)));
  });

  it('are numbered for good', () => {
    expect(gesture).toEqual({
      ...{ silence: 0, held: 1, tone: 2, repeated: 3, up: 4, down: 5, broken: 6, chord: 7, run: 8 },
    });
  });
});

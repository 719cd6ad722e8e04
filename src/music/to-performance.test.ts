import { describe, expect, it } from 'vitest';
import type { MidiPiece, MidiTrack } from './midi/piece.js';
import type { Note, PedalChange } from './note.js';
import { toPerformance, usablePedal } from './to-performance.js';

const note = (pitch: number, start: number, end = start + 0.5): Note => ({ pitch, velocity: 64, start, end });
const moves = (...times: number[]): PedalChange[] =>
  times.map((time, index) => ({ time, down: index % 2 === 0 }));
const track = (channel: number, notes: Note[], pedal: PedalChange[] = []): MidiTrack => ({
  name: '',
  channel,
  program: 0,
  notes,
  pedal,
});
const piece = (...tracks: MidiTrack[]): MidiPiece => ({
  tracks,
  tempos: [],
  timeSignatures: [],
  keySignatures: [],
  duration: 100,
  warnings: [],
});

describe('toPerformance', () => {
  it('merges tracks in order, without the drums', () => {
    const all = piece(track(0, [note(60, 0), note(60, 2)]), track(1, [note(64, 1)]), track(9, [note(36, 0)]));
    expect(toPerformance(all).notes.map(({ pitch }) => pitch)).toEqual([60, 64, 60]);
    expect(toPerformance(all, { drums: true }).notes.map(({ pitch }) => pitch)).toEqual([36, 60, 64, 60]);
  });

  it('takes the pedal that moves most, be it on a channel or a track without notes', () => {
    const resting = track(0, [note(60, 0)], moves(0));
    const busy = [track(2, [], moves(1, 2)), track(2, [], moves(3, 4))];
    expect(toPerformance(piece(resting, ...busy)).pedal).toEqual(moves(1, 2, 3, 4));
  });

  it('counts what several tracks of a channel say twice once', () => {
    const twice = [track(0, [note(60, 0)], moves(1, 2)), track(0, [], moves(1, 2))];
    expect(toPerformance(piece(...twice)).pedal).toEqual(moves(1, 2));
  });

  it.each([
    [piece(), 'none.'],
    [piece(track(9, [note(36, 0)])), 'besides drums'],
  ])('refuses a piece without notes', (empty, words) => {
    expect(() => toPerformance(empty)).toThrow(
      expect.objectContaining({ code: 'MIDI_EMPTY', message: expect.stringContaining(words) }),
    );
  });
});

describe('usablePedal', () => {
  const notes = Array.from({ length: 100 }, (_, index) => note(index % 100, index));

  it('leaves out a pedal that would make more than 3 % of the notes last over 4 s', () => {
    expect(usablePedal({ notes, pedal: moves(0) })).toEqual({ notes, pedal: [] });
    expect(usablePedal({ notes, pedal: moves(0, 8.1) })).toEqual({ notes, pedal: [] });
  });

  it('keeps another', () => {
    const performance = { notes, pedal: moves(0, 6.5, 20, 21) };
    expect(usablePedal(performance)).toBe(performance);
  });
});

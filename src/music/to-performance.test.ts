import { describe, expect, it } from 'vitest';
import type { MidiPiece, MidiTrack } from './midi/piece.js';
import type { Note, PedalChange } from './note.js';
import { accompanied, pianoPerformance, toPerformance, usablePedal } from './to-performance.js';

const note = (pitch: number, start: number, end = start + 0.5): Note => ({ pitch, velocity: 64, start, end });
const moves = (...times: number[]): PedalChange[] =>
  times.map((time, index) => ({ time, down: index % 2 === 0 }));
const track = (channel: number, notes: Note[], pedal: PedalChange[] = []): MidiTrack => ({
  name: '',
  channel,
  drums: channel === 9,
  pedalChannel: channel,
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

  it("lets a pedal hold its own channel's notes alone, and gives them the lengths with which they sound", () => {
    const all = piece(
      track(0, [note(60, 0)]),
      track(1, [note(64, 0)], moves(0, 3)),
      track(2, [], moves(0, 9)),
      track(1, [note(65, 2)]),
    );
    expect(toPerformance(all)).toEqual({
      notes: [note(60, 0), note(64, 0, 3), note(65, 2, 3)],
      pedal: [],
    });
  });

  it('keeps a pedal that all channels have, and leaves out one that hardly ever comes up', () => {
    const same = [track(0, [note(60, 0)], moves(0, 2)), track(1, [note(64, 0)], moves(0, 2))];
    expect(toPerformance(piece(...same)).pedal).toEqual(moves(0, 2));
    const resting = track(1, [note(64, 0), note(65, 9)], moves(0));
    expect(toPerformance(piece(track(0, [note(60, 0)]), resting)).notes).toEqual([
      note(60, 0),
      note(64, 0),
      note(65, 9),
    ]);
  });

  it('takes for data sets, at one piano, the pedal that moves most, where it is usable', () => {
    const resting = track(0, [note(60, 0)], moves(0));
    const busy = [track(2, [], moves(1, 2)), track(2, [note(62, 1)], moves(3, 4))];
    expect(pianoPerformance(piece(resting, ...busy))).toEqual({
      performance: { notes: [note(60, 0), note(62, 1)], pedal: moves(1, 2, 3, 4) },
      pedalIgnored: false,
    });
    const stuck = track(0, [note(60, 0), note(62, 9)], moves(0));
    expect(pianoPerformance(piece(stuck))).toMatchObject({ performance: { pedal: [] }, pedalIgnored: true });
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

describe('accompanied', () => {
  it('has no notes where there are drums alone, and is refused where nobody plays', () => {
    const drums = track(9, [note(36, 0)]);
    expect(accompanied(piece(drums))).toEqual({ notes: [], pedal: [] });
    expect(accompanied(piece(drums, track(0, [note(60, 1)]))).notes).toEqual([note(60, 1)]);
    expect(() => accompanied(piece())).toThrow(expect.objectContaining({ code: 'MIDI_EMPTY' }));
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

import { expect, it } from 'vitest';
import { beatsOfPiece } from './of-piece.js';

it('says that there are no beats where there are none', () => {
  const free = Array.from({ length: 60 }, (_, at) => {
    const start = 0.37 * at + 0.2 * Math.sin(at * at);
    return { pitch: 60, velocity: 60, start, end: start + 0.2 };
  }).sort((a, b) => a.start - b.start);
  const piece = {
    tracks: [],
    tempos: [{ time: 0, bpm: 120 }],
    timeSignatures: [],
    keySignatures: [],
    duration: 23,
    warnings: [],
  };
  expect(() => beatsOfPiece(piece, { notes: free, pedal: [] }, 23)).toThrow(
    expect.objectContaining({ code: 'BEATS_MISSING' }),
  );
});

it('has the beats of a file as much later as all of its notes are', () => {
  const beside = 0.14 * 0.5;
  // Half-beats and beats, each a beat's 0.14 late.
  const notes = Array.from({ length: 64 }, (_, at) => {
    const start = beside + 0.25 * at + 0.25 * Math.floor(at / 2);
    return { pitch: 60 + (at % 5), velocity: 60, start, end: start + 0.2 };
  });
  const piece = {
    ...{ tracks: [], tempos: [{ time: 0, bpm: 120 }], timeSignatures: [], keySignatures: [] },
    ...{ duration: 26, warnings: [] },
  };
  const { beats } = beatsOfPiece(piece, { notes, pedal: [] }, 26);
  const late = beats.map((time) => (time - beside) / 0.125);
  for (const sixteenths of late) expect(Math.abs(sixteenths - Math.round(sixteenths))).toBeLessThan(0.05);
  for (const [index, time] of beats.slice(1).entries()) expect(time - beats[index]!).toBeCloseTo(0.5, 5);
});

it('hears the beats of drums where nobody else plays', () => {
  const pace = 0.52;
  const notes = Array.from({ length: 64 }, (_, eighth) => {
    const start = 0.3 + (eighth * pace) / 2;
    const drum = eighth % 4 === 0 ? 36 : eighth % 4 === 2 ? 38 : 42;
    return { pitch: drum, velocity: 90, start, end: start + 0.1 };
  });
  const drums = { name: '', channel: 9, drums: true, pedalChannel: 9, program: 0, notes, pedal: [] };
  const piece = {
    ...{ tracks: [drums], tempos: [{ time: 0, bpm: 100 }], timeSignatures: [], keySignatures: [] },
    ...{ duration: 17, warnings: [] },
  };
  const { beats } = beatsOfPiece(piece, { notes: [], pedal: [] }, 17);
  const off = beats.map((beat) => (beat - 0.3) / pace).map((at) => Math.abs(at - Math.round(at)) * pace);
  expect(Math.max(...off)).toBeLessThan(0.05);
});

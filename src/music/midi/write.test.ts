import fc from 'fast-check';
import { parseMidi } from 'midi-file';
import { describe, expect, it } from 'vitest';
import type { Note } from '../note.js';
import { voices } from '../testing/voices.js';
import { readMidi } from './read.js';
import { writeMidi } from './write.js';

const MILLISECOND = 0.001;

describe('writeMidi', () => {
  it('writes what readMidi reads, within a millisecond', () => {
    fc.assert(
      fc.property(fc.array(voices(), { maxLength: 4 }), (written) => {
        const tracks = written.map((track, channel) => ({ ...track, channel }));
        const piece = readMidi(writeMidi(tracks));
        expect(piece.warnings).toEqual([]);
        expect(piece.tracks.map(({ name, channel, program }) => [name, channel, program])).toEqual(
          tracks.map(({ name, channel, program }) => [name, channel, program]),
        );
        for (const [index, { notes, pedal }] of piece.tracks.entries()) {
          const { events, pedal: moves } = tracks[index]!;
          expect(notes.map(({ pitch, velocity }) => [pitch, velocity])).toEqual(
            events.map(({ pitch, velocity }) => [pitch, velocity]),
          );
          for (const [at, note] of notes.entries()) {
            expect(Math.abs(note.start - events[at]!.start)).toBeLessThan(MILLISECOND);
            expect(Math.abs(note.end - events[at]!.end)).toBeLessThan(MILLISECOND);
          }
          expect(pedal.map(({ down }) => down)).toEqual(moves.map(({ down }) => down));
          for (const [at, { time }] of pedal.entries()) {
            expect(Math.abs(time - moves[at]!.time)).toBeLessThan(MILLISECOND);
          }
        }
      }),
    );
  });

  it('says meters and keys', () => {
    const events: Note[] = [{ pitch: 60, velocity: 64, start: 0, end: 2 }];
    const timeSignatures = [
      { time: 0, numerator: 1, denominator: 8 },
      { time: 0.25, numerator: 12, denominator: 8 },
    ];
    const keySignatures = [{ time: 0, sharps: -3, mode: 'minor' }] as const;
    const piece = readMidi(writeMidi([{ name: 'x', channel: 0, events }], { timeSignatures, keySignatures }));
    expect(piece.timeSignatures).toEqual(timeSignatures);
    expect(piece.keySignatures).toEqual(keySignatures);
    expect(piece.warnings).toEqual([]);
  });

  it('writes what midi-file reads too', () => {
    const events: Note[] = [
      { pitch: 60, velocity: 64, start: 0.5, end: 1 },
      { pitch: 60, velocity: 65, start: 1, end: 1.5 },
    ];
    const { header, tracks } = parseMidi(
      writeMidi([{ name: 'hand', channel: 3, events }], { bpm: 60, title: 'Étude' }),
    );
    expect(header).toEqual({ format: 1, numTracks: 2, ticksPerBeat: 960 });
    expect(tracks[0]).toMatchObject([
      { type: 'trackName' },
      { microsecondsPerBeat: 1_000_000 },
      { type: 'endOfTrack' },
    ]);
    expect(tracks[1]!.map(({ type, deltaTime }) => [type, deltaTime])).toEqual([
      ['trackName', 0],
      ['noteOn', 480],
      ['noteOff', 480],
      ['noteOn', 0],
      ['noteOff', 480],
      ['endOfTrack', 0],
    ]);
  });

  it('writes a rest that is longer than a delta time can be', () => {
    const day = 24 * 3600;
    const events = [0, 1.5 * day, 9 * day].map((start) => ({
      pitch: 60,
      velocity: 80,
      start,
      end: start + 1,
    }));
    const [, track] = parseMidi(writeMidi([{ name: 'weekend', channel: 0, events }])).tracks;
    let ticks = 0;
    const starts = track!.flatMap((event) => {
      ticks += event.deltaTime;
      return event.type === 'noteOn' ? [ticks / 1920] : [];
    });
    expect(starts).toEqual([0, 1.5 * day, 9 * day]);
  });

  it('gives a note under a tick a tick, and moves one before 0 to 0', () => {
    const events = [{ pitch: 60, velocity: 64, start: -1, end: 0.0001 }];
    const [track] = readMidi(writeMidi([{ name: '', channel: 0, events }])).tracks;
    expect(track!.notes).toEqual([{ pitch: 60, velocity: 64, start: 0, end: 0.5 / 960 }]);
  });
});

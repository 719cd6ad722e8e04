import { describe, expect, it } from 'vitest';
import type { Note } from '../note.js';
import { accompanimentAlone, withAccompaniment } from './accompany.js';
import { parseMidiFile } from './parse.js';
import { readMidi } from './read.js';
import { MidiWarnings } from './warnings.js';
import { writeMidi } from './write.js';

const parsed = (bytes: Uint8Array) => parseMidiFile(bytes, new MidiWarnings());
const note = (pitch: number, start: number, end = start + 0.4): Note => ({ pitch, velocity: 80, start, end });
const melody = [note(60, 0), note(62, 0.5), note(64, 1), note(65, 1.5)];
const file = writeMidi(
  [
    {
      name: 'Lead',
      channel: 0,
      program: 73,
      events: melody,
      pedal: [
        { time: 0, down: true },
        { time: 1, down: false },
      ],
    },
    { name: 'Bells', channel: 1, program: 14, events: [note(84, 1)] },
  ],
  {
    tempos: [
      { time: 0, bpm: 100 },
      { time: 1.2, bpm: 80 },
    ],
    timeSignatures: [{ time: 0, numerator: 3, denominator: 4 }],
    keySignatures: [{ time: 0, sharps: -2, mode: 'minor' }],
  },
);
const bass = { name: 'Bass', channel: 0, program: 33, notes: [note(36, 0, 1), note(38, 1.2, 2)] };
const drums = { name: 'Drums', channel: 9, notes: [note(38, 0.6)] };
const near = (notes: readonly Note[]) =>
  notes.map(({ pitch, start, end }) => [pitch, start.toFixed(2), end.toFixed(2)]);
const later = (notes: readonly Note[], by: number) =>
  notes.map((each) => ({ ...each, start: each.start + by, end: each.end + by }));

describe('parts beside a file', () => {
  it('leave its bytes, tempos and meters alone, and have channels of their own', () => {
    const out = withAccompaniment(parsed(file), [bass, drums]);
    // After the header, all chunks of the file stand as they were.
    expect([...out.subarray(14, file.length)]).toEqual([...file.subarray(14)]);
    const { tracks, tempos, timeSignatures } = readMidi(out);
    expect(tracks.map(({ name, channel, program, drums }) => [name, channel, program, drums])).toEqual([
      ['Lead', 0, 73, false],
      ['Bells', 1, 14, false],
      ['Bass', 2, 33, false],
      ['Drums', 9, 0, true],
    ]);
    expect(tempos).toEqual(readMidi(file).tempos);
    expect(timeSignatures).toEqual(readMidi(file).timeSignatures);
    expect(near(tracks[2]!.notes)).toEqual(near(bass.notes));
  });

  it('begin before it where they count in: its music comes later, its tempo and programs hold from the start', () => {
    const countIn = 3 * 0.6;
    const clicks = { ...drums, notes: [note(37, -countIn, -1.5), note(37, -0.6, -0.5), ...drums.notes] };
    const was = readMidi(file);
    const { tracks, tempos, timeSignatures, keySignatures } = readMidi(
      withAccompaniment(parsed(file), [clicks], countIn),
    );
    expect(near(tracks[0]!.notes)).toEqual(near(later(melody, countIn)));
    expect(tracks[0]!.program).toBe(73);
    expect(tracks[0]!.pedal[1]!.time).toBeCloseTo(1 + countIn, 2);
    expect(near(tracks[2]!.notes)).toEqual(near(later(clicks.notes, countIn)));
    expect(tempos.map(({ time, bpm }) => [time.toFixed(2), Math.round(bpm)])).toEqual(
      was.tempos.map(({ time, bpm }, index) => [
        (index === 0 ? 0 : time + countIn).toFixed(2),
        Math.round(bpm),
      ]),
    );
    expect([timeSignatures[0]!.time, keySignatures[0]!.time]).toEqual([0, 0]);
  });

  it('stand alone under its tempos and meters', () => {
    const { tracks, tempos, timeSignatures, keySignatures } = readMidi(
      accompanimentAlone(parsed(file), [bass]),
    );
    expect(tracks).toHaveLength(1);
    expect(near(tracks[0]!.notes)).toEqual(near(bass.notes));
    const was = readMidi(file);
    expect({ tempos, timeSignatures, keySignatures }).toEqual({
      tempos: was.tempos,
      timeSignatures: was.timeSignatures,
      keySignatures: was.keySignatures,
    });
  });
});

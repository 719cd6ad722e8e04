import { describe, expect, it } from 'vitest';
import { readMidi } from '../../midi/read.js';
import { writeMidi } from '../../midi/write.js';
import type { Note } from '../../note.js';
import { keyText } from '../key.js';
import { meterText } from '../meter.js';
import { readAbc } from '../read.js';
import { writeAbc } from '../write.js';
import { tuneFromMidi } from './index.js';

/**
 * Notes from text such as `60:2 0:1`, each a pitch with its length in eighths at 240 eighths a minute; pitch 0 is a rest.
 */
function line(text: string, velocity = (_at: number) => 80): Note[] {
  let at = 0;
  return text.split(' ').flatMap((word) => {
    const [pitch, length] = word.split(':').map(Number) as [number, number];
    const start = at;
    at += length;
    return pitch === 0 ? [] : [{ pitch, velocity: velocity(start), start: start / 4, end: at / 4 }];
  });
}

const piece = (
  events: Note[] | Note[][],
  options: Parameters<typeof writeMidi>[1] = {},
  names = ['tune', 'bass'],
) => {
  const voices = (Array.isArray(events[0]) ? events : [events]) as Note[][];
  return readMidi(
    writeMidi(
      voices.map((events, channel) => ({ name: names[channel]!, channel, events })),
      options,
    ),
  );
};
const meter = (numerator: number, denominator: number, time = 0) => ({ time, numerator, denominator });
const music = (abc: string) => abc.slice(abc.indexOf('\nK:') + 1);

describe('a tune from MIDI', () => {
  it('has the meter, key and tempo that the file says', () => {
    const notes = line('67:1 69:1 71:1 74:2 71:1 69:3 67:3');
    const { tune, said } = tuneFromMidi(
      piece(notes, {
        bpm: 150,
        timeSignatures: [meter(6, 8)],
        keySignatures: [{ time: 0, sharps: 1, mode: 'major' }],
      }),
      { title: 'x' },
    );
    expect(tune.tempo).toBe('3/8=100');
    expect(said.slice(0, 2)).toEqual(['meter 6/8 (from the file)', 'key G (from the file)']);
  });

  it('hears meter, pickup and key where the file says none, and says so', () => {
    const loud = (at: number) => (at >= 1 && (at - 1) % 6 === 0 ? 100 : 70);
    const jig = '62:1 67:2 71:1 74:2 71:1 74:2 76:1 74:3 72:2 69:1 66:2 69:1 67:3 67:2';
    const { tune, said } = tuneFromMidi(piece(line(jig, loud)));
    expect([meterText(tune.meter), keyText(tune.key)]).toEqual(['6/8', 'G']);
    expect(music(writeAbc(tune))).toBe('K:G\nD|G2B d2B|d2e d3|c2A F2A|G3 G2|]\n');
    expect(said.slice(0, 2)).toEqual(['meter 6/8 (estimated)', 'key G (estimated)']);
  });

  it('takes a short first signature, or silence at the beginning, for a pickup', () => {
    const notes = line('62:1 67:4 69:4 71:3');
    const options = { timeSignatures: [meter(1, 8), meter(2, 4, 0.25)] };
    expect(music(writeAbc(tuneFromMidi(piece(notes, options)).tune))).toContain('\nD|G4|A4|B3|]');
    const late = line('0:3 62:1 67:4 69:4 71:3');
    const plain = { timeSignatures: [meter(2, 4)] };
    expect(music(writeAbc(tuneFromMidi(piece(late, plain)).tune))).toContain('\nD|G4|A4|B3|]');
  });

  it('writes triplets, ties, rests and accidentals', () => {
    const third = 2 / 3;
    const notes = line(`60:${third} 62:${third} 64:${third} 66:3 0:1 67:4 68:2`);
    const { tune } = tuneFromMidi(piece(notes, { timeSignatures: [meter(4, 4)] }), {
      key: { tonic: { letter: 0, alter: 0 }, mode: 'maj' },
    });
    expect(music(writeAbc(tune))).toBe('K:C\n(3CDE ^F3zG2-|G2^G2 z4|]\n');
  });

  it('reads no rests out of notes that a program ends a tick early', () => {
    const third = 2 / 3;
    const early = line(`60:${third} 62:${third} 64:${third} 66:1 67:1 0:1 67:1 69:2`).map((note) => ({
      ...note,
      end: note.end - 0.002,
    }));
    const { tune } = tuneFromMidi(piece(early, { timeSignatures: [meter(4, 4)] }), {
      key: { tonic: { letter: 0, alter: 0 }, mode: 'maj' },
    });
    expect(music(writeAbc(tune))).toBe('K:C\n(3CDE ^FG zGA2|]\n');
  });

  it('finds the grid of what was played, or takes the one that is asked for', () => {
    const late = [0.01, -0.02, 0.03, 0.015, -0.01, 0.02, 0, 0.03];
    const played = late.map((by, index) => ({
      ...{ pitch: 60 + 2 * (index % 3), velocity: 80 },
      start: Math.max(0, index / 4 + by),
      end: index / 4 + 0.2 + by,
    }));
    const options = { timeSignatures: [meter(4, 4)] };
    const { tune, said } = tuneFromMidi(piece(played, options));
    expect(music(writeAbc(tune))).toContain('\nCDEC DECD|]');
    expect(said.join()).toContain('moved to a grid of 1/8 (found)');
    const coarse = tuneFromMidi(
      piece(
        played.filter((_, at) => at % 2 === 0),
        options,
      ),
      { grid: 4 },
    );
    expect(music(writeAbc(coarse.tune))).toContain('\nC2E2 D2C2|]');
  });

  it('keeps the second meter, and the tonic that is heard in the signature of the file', () => {
    const dorian = line('69:2 72:1 74:1 76:4 69:2 67:2 69:4 69:3 71:3 69:6');
    const { tune, said } = tuneFromMidi(
      piece(dorian, {
        timeSignatures: [meter(4, 4), meter(6, 8, 4)],
        keySignatures: [{ time: 0, sharps: 1, mode: 'minor' }],
      }),
    );
    expect(music(writeAbc(tune))).toContain('[M:6/8]');
    expect(keyText(tune.key)).toBe('Ador');
    expect(said[1]).toBe('key Ador (the signature from the file, which says Em; the tonic estimated)');
  });
});

describe('a file that says what no tune can have', () => {
  it.each([
    [1, 64],
    [255, 1],
  ])('a meter of %i/%i is said and left out', (numerator, denominator) => {
    const { tune, said } = tuneFromMidi(
      piece(line('60:2 62:2 64:2 65:2 67:8'), { timeSignatures: [meter(numerator, denominator)] }),
    );
    expect(said[0]).toBe(
      `${numerator}/${denominator}, which the file says, is no meter of a tune and is left out`,
    );
    expect(readAbc(writeAbc(tune))[0]!.refusal).toBeUndefined();
  });

  it.each([
    [12_000_000, '1/4=12000000'],
    [3, '1/4=3'],
  ])('a tempo of %i a minute is said and left out', (bpm, text) => {
    const { tracks, ...played } = piece(line('60:2 62:2 64:2 65:2 67:8'), { timeSignatures: [meter(4, 4)] });
    const scale = (seconds: number) => (seconds * 120) / bpm;
    const scaled = tracks.map((track) => ({
      ...track,
      notes: track.notes.map((note) => ({ ...note, start: scale(note.start), end: scale(note.end) })),
    }));
    const { tune, said } = tuneFromMidi({ ...played, tracks: scaled, tempos: [{ time: 0, bpm }] });
    expect(tune.tempo).toBeUndefined();
    expect(said.join()).toContain(`a tempo of ${text} is none of a tune and is left out`);
  });

  it('what is longer than a tune can be is refused; silence before it is said', () => {
    const options = { timeSignatures: [meter(4, 4)] };
    for (const notes of [
      Array.from({ length: 51_000 }, (_, at) => `${60 + (at % 5)}:1`).join(' '),
      `60:1 0:${8 * 30_000} 62:1`,
    ])
      expect(() => tuneFromMidi(piece(line(notes), options))).toThrow(
        expect.objectContaining({ code: 'MIDI_TOO_LARGE' }),
      );
    expect(tuneFromMidi(piece(line('0:800 60:8 62:8'), options)).said.join()).toContain(
      '100 bars of silence before the first note are left out',
    );
  });
});

describe('more than one line', () => {
  const options = { timeSignatures: [meter(4, 4)] };

  it('is refused with its first place, and what to do', () => {
    const two = [line('60:2 62:2 64:4 65:8'), line('0:8 48:8')];
    expect(() => tuneFromMidi(piece(two, options))).toThrow(
      expect.objectContaining({
        code: 'MIDI_POLYPHONY',
        message: expect.stringMatching(/in bar 2, at 2\.00 s: C3 and F4/),
        hint: expect.stringContaining('--track N: 1 "tune" (4 notes), 2 "bass" (1 notes)'),
      }),
    );
    expect(tuneFromMidi(piece(two, options), { track: 1 }).tune.body.length).toBeGreaterThan(3);
    const chord = [...line('60:4'), ...line('64:4')];
    expect(() => tuneFromMidi(piece(chord, options))).toThrow(/in bar 1, at 0\.00 s: C4 and E4/);
    const held = [...line('60:8'), ...line('0:4 64:2')];
    expect(() => tuneFromMidi(piece(held, options))).toThrow(/at 1\.00 s/);
  });

  it('is not what a player holds a little too long, nor a voice doubled', () => {
    const legato = line('60:2 62:2 64:4').map((note) => ({ ...note, end: note.end + 0.08 }));
    expect(music(writeAbc(tuneFromMidi(piece(legato, options)).tune))).toContain('\nC2D2 E4|]');
    const doubled = [line('60:2 62:2 64:4'), line('60:2 62:2 64:4')];
    expect(music(writeAbc(tuneFromMidi(piece(doubled, options)).tune))).toContain('\nC2D2 E4|]');
  });

  it('a track that is not there is said, and so is a file of drums alone', () => {
    expect(() => tuneFromMidi(piece(line('60:4'), options), { track: 2 })).toThrow(
      expect.objectContaining({ code: 'OPTION_VALUE' }),
    );
    const drums = readMidi(writeMidi([{ name: '', channel: 9, events: line('36:4') }]));
    expect(() => tuneFromMidi(drums)).toThrow(expect.objectContaining({ code: 'MIDI_EMPTY' }));
  });
});

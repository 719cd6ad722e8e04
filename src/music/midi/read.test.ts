import { describe, expect, it } from 'vitest';
import { chunk, control, END, file, off, on, type RawEvent, tempo, track } from '../testing/midi-bytes.js';
import { readMidi } from './read.js';

/** All notes as [pitch, start, end], at 480 ticks a beat and 120 bpm: 480 ticks are half a second. */
const notesOf = (bytes: Uint8Array) =>
  readMidi(bytes).tracks.flatMap(({ notes }) => notes.map(({ pitch, start, end }) => [pitch, start, end]));
const oddities = (bytes: Uint8Array) =>
  readMidi(bytes).warnings.map(({ code, track, tick, count }) => ({ code, track, tick, count }));
const code = (expected: string) => expect.objectContaining({ name: 'ContinuoError', code: expected });

describe('a MIDI file', () => {
  it('is read with names, channels, programs, velocities, tempos and signatures', () => {
    const piece = readMidi(
      file([
        track(
          tempo(0, 500_000),
          [0, 0xff, 0x58, 4, 6, 3, 24, 8],
          [0, 0xff, 0x59, 2, 0xfd, 1],
          tempo(480, 250_000),
          END,
        ),
        track([0, 0xff, 0x03, 3, 0x46, 0xc3, 0xbc], [0, 0xc2, 40], on(480, 60, 100, 2), off(480, 60, 2), END),
      ]),
    );
    expect(piece).toEqual({
      tracks: [
        {
          name: 'Fü',
          channel: 2,
          drums: false,
          pedalChannel: 2,
          program: 40,
          notes: [{ pitch: 60, velocity: 100, start: 0.5, end: 0.75 }],
          pedal: [],
        },
      ],
      tempos: [
        { time: 0, bpm: 120 },
        { time: 0.5, bpm: 240 },
      ],
      timeSignatures: [{ time: 0, numerator: 6, denominator: 8 }],
      keySignatures: [{ time: 0, sharps: -3, mode: 'minor' }],
      duration: 0.75,
      warnings: [],
    });
  });

  it('ends notes at note-ons of velocity 0, in running status', () => {
    const running: RawEvent = [480, 60, 0];
    expect(notesOf(file([track(on(0, 60), running, END)]))).toEqual([[60, 0, 0.5]]);
  });

  it('keeps notes of one pitch that overlap, first begun first ended', () => {
    const bytes = file([track(on(0, 60), on(480, 60), off(480, 60), off(480, 60), END)]);
    expect(notesOf(bytes)).toEqual([
      [60, 0, 1],
      [60, 0.5, 1.5],
    ]);
    expect(oddities(bytes)).toEqual([]);
  });

  it('keeps a note that is held over a program change', () => {
    const bytes = file([track(on(0, 60), [480, 0xc0, 5], off(480, 60), on(0, 62), off(480, 62), END)]);
    expect(notesOf(bytes)).toEqual([
      [60, 0, 1],
      [62, 1, 1.5],
    ]);
    expect(readMidi(bytes).tracks[0]!.program).toBe(0);
  });

  it('tells the channels of a track apart', () => {
    const bytes = file([track(on(0, 60, 64, 0), on(0, 60, 64, 1), off(480, 60, 1), off(480, 60, 0), END)], {
      format: 0,
    });
    expect(readMidi(bytes).tracks.map(({ channel, notes }) => [channel, notes[0]!.end])).toEqual([
      [0, 1],
      [1, 0.5],
    ]);
  });

  it('keeps the pedal of a track without notes', () => {
    const bytes = file([
      track(control(480, 64, 127), control(480, 64, 100), control(480, 64, 63), END),
      track(on(0, 60), off(480, 60), END),
    ]);
    expect(readMidi(bytes).tracks.map(({ pedal }) => pedal)).toEqual([
      [
        { time: 0.5, down: true },
        { time: 1.5, down: false },
      ],
      [],
    ]);
  });

  it('ends a note without an end at the next of its pitch or with its track, and says so', () => {
    const bytes = file([track(on(0, 60), on(480, 60), on(480, 62), off(480, 62), END)]);
    expect(notesOf(bytes)).toEqual([
      [60, 0, 0.5],
      [60, 0.5, 1.5],
      [62, 1, 1.5],
    ]);
    expect(oddities(bytes)).toEqual([{ code: 'noteWithoutEnd', track: 0, tick: 0, count: 2 }]);
  });

  it('ends notes at "all notes off"', () => {
    expect(notesOf(file([track(on(0, 60), control(480, 123, 0), [480, 0xff, 0x2f, 0])]))).toEqual([
      [60, 0, 0.5],
    ]);
  });

  it('says where ends belong to no note, and which notes have no length', () => {
    const bytes = file([track(off(10, 60), on(0, 60), off(0, 60), END)]);
    expect(notesOf(bytes)).toEqual([[60, expect.closeTo(10 / 960, 9), expect.closeTo(11 / 960, 9)]]);
    expect(oddities(bytes)).toEqual([
      { code: 'endWithoutNote', track: 0, tick: 10, count: 1 },
      { code: 'noteWithoutLength', track: 0, tick: 10, count: 1 },
    ]);
  });

  it('with too many notes for @tonejs/midi is read all the same', () => {
    const notes = Array.from({ length: 4001 }, (): RawEvent[] => [on(1, 60), off(1, 60)]).flat();
    expect(notesOf(file([track(...notes, END)]))).toHaveLength(4001);
  });
});

describe('time in a MIDI file', () => {
  const note = track(on(480, 60), off(480, 60), END);

  it('runs at 120 bpm before a late first tempo', () => {
    expect(notesOf(file([track(tempo(480, 1_000_000), END), note]))).toEqual([[60, 0.5, 1.5]]);
  });

  it('passes over a tempo of no length', () => {
    const bytes = file([track(tempo(0, 0), END), note]);
    expect(notesOf(bytes)).toEqual([[60, 0.5, 1]]);
    expect(oddities(bytes)).toEqual([{ code: 'tempoZero', track: 0, tick: 0, count: 1 }]);
  });

  it('follows tempos of any track, the last of several at one tick', () => {
    const bytes = file([note, track(tempo(0, 250_000), tempo(0, 1_000_000), END)]);
    expect(notesOf(bytes)).toEqual([[60, 1, 2]]);
  });

  it.each([
    [24, 24],
    [25, 25],
    [29, 30_000 / 1001],
    [30, 30],
  ])('is read in SMPTE frames, %i a second, whatever the tempo', (frames, rate) => {
    const bytes = file([track(tempo(0, 250_000), on(40, 60), off(40, 60), END)], {
      division: ((256 - frames) << 8) | 40,
    });
    expect(notesOf(bytes)).toEqual([[60, expect.closeTo(1 / rate, 9), expect.closeTo(2 / rate, 9)]]);
    expect(readMidi(bytes).tempos).toEqual([]);
  });

  it('is refused where a frame has no ticks', () => {
    expect(() => readMidi(file([note], { division: 0xe800 }))).toThrow(code('MIDI_TIMING'));
  });

  it('is counted in 480 ticks a beat where the header says none, and says so', () => {
    const bytes = file([note], { division: 0 });
    expect(notesOf(bytes)).toEqual([[60, 0.5, 1]]);
    expect(oddities(bytes).map((oddity) => oddity.code)).toEqual(['noDivision']);
  });

  it('is read in an unusual number of frames as it stands', () => {
    const bytes = file([note], { division: ((256 - 60) << 8) | 4 });
    expect(notesOf(bytes)).toEqual([[60, 2, 4]]);
    expect(oddities(bytes).map((oddity) => oddity.code)).toEqual(['smpteRate']);
  });

  it('is refused beyond a day', () => {
    const far = Array.from({ length: 3 }, (): RawEvent => [0x0fffffff, 0xff, 0x06, 0]);
    expect(() => readMidi(file([track(on(0, 60), ...far, off(0, 60), END)]))).toThrow(code('MIDI_TIMING'));
  });

  it('of format 2 puts the patterns one after another, each from 120 bpm', () => {
    const bytes = file([track(tempo(0, 1_000_000), on(480, 60), off(480, 60), END), note], { format: 2 });
    expect(notesOf(bytes)).toEqual([
      [60, 1, 2],
      [60, 2.5, 3],
    ]);
    expect(oddities(bytes)).toEqual([{ code: 'patterns', track: null, tick: null, count: 1 }]);
  });
});

describe('a damaged MIDI file', () => {
  const events: RawEvent[] = [on(0, 60), off(480, 60), on(0, 62), off(480, 62)];
  const good = track(...events, END);

  it('that is cut off is read up to there', () => {
    const bytes = file([good]).slice(0, -6);
    expect(notesOf(bytes)).toEqual([
      [60, 0, 0.5],
      [62, 0.5, expect.closeTo(0.5 + 1 / 960, 9)],
    ]);
    expect(oddities(bytes).map((oddity) => oddity.code)).toEqual([
      'trackTruncated',
      'noteWithoutEnd',
      'noteWithoutLength',
    ]);
  });

  it('with a length that overflows, from which midi-file would never return, is read', () => {
    const overflow: RawEvent = [0, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x7f];
    expect(notesOf(file([track(on(0, 60), off(480, 60), overflow, END)]))).toEqual([[60, 0, 0.5]]);
  });

  it('with data before any status is read without them', () => {
    expect(oddities(file([track([0, 60, 60]), good]))).toEqual([
      { code: 'trackDamaged', track: 0, tick: 0, count: 1 },
    ]);
  });

  it('with meta events of a wrong length, or values that mean nothing, is read without them', () => {
    const bytes = file([
      track(
        [0, 0xff, 0x51, 2, 1, 1],
        [0, 0xff, 0x59, 2, 9, 0],
        [0, 0xff, 0x58, 4, 4, 31, 24, 8],
        ...events,
        END,
      ),
    ]);
    expect(notesOf(bytes)).toHaveLength(2);
    expect(oddities(bytes)).toEqual([{ code: 'badMeta', track: 0, tick: 0, count: 3 }]);
  });

  it('with a text too long for the call stack is read', () => {
    const long: RawEvent = [0, 0xff, 0x01, 0x8f, 0x8d, 0x20, ...new Array<number>(0x3c6a0).fill(65)];
    const bytes = file([track(long, ...events, END)]);
    expect(notesOf(bytes)).toHaveLength(2);
  });

  it('with chunks of other kinds, or rubbish, between its tracks is read without them', () => {
    expect(notesOf(file([good, chunk('XFIH', [1, 2, 3]), good], { promised: 2 }))).toHaveLength(4);
    const rubbish = file([good, [1, 2, 3, 0x4d, 5, 6, 7, 8, 9], good], { promised: 2 });
    expect(notesOf(rubbish)).toHaveLength(4);
    expect(oddities(rubbish).map((oddity) => oddity.code)).toEqual(['foreignChunk']);
  });

  it("with bytes after a track's end says so, unless they are padding", () => {
    expect(
      oddities(file([track(...events, END, on(0, 65), off(480, 65))])).map((oddity) => oddity.code),
    ).toEqual(['afterEnd']);
    expect(oddities(file([track(...events, END, [0, 0, 0, 0])]))).toEqual([]);
  });

  it('of another number of tracks than promised, or an unknown format, is read', () => {
    expect(oddities(file([good], { promised: 3 })).map((oddity) => oddity.code)).toEqual(['trackCount']);
    expect(oddities(file([good], { format: 7 })).map((oddity) => oddity.code)).toEqual(['unknownFormat']);
  });

  it('in a RIFF wrapper is read', () => {
    const inner = file([good]);
    const size = (length: number) => [length & 0xff, length >> 8, 0, 0];
    const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
    const wrapped = (length: number) => [
      ...letters('RIFF'),
      ...size(inner.length + 12),
      ...letters('RMIDdata'),
      ...size(length),
      ...inner,
    ];
    // Also where the wrapper's length is too short, within the track.
    for (const length of [inner.length, inner.length - 1, 30, 4, 0])
      expect(notesOf(Uint8Array.from(wrapped(length)))).toHaveLength(2);
  });

  it.each([
    ['nothing', '', 'MIDI_NOT_A_FILE'],
    ['a text', '# My song\n', 'MIDI_NOT_A_FILE'],
    ['a header cut off', 'MThd\0\0\0\x06\0\x01', 'MIDI_TRUNCATED'],
    ['a header too short', 'MThd\0\0\0\x02\0\x01\0\0\0\0', 'MIDI_NOT_A_FILE'],
    ['a header alone', 'MThd\0\0\0\x06\0\x01\0\x01\x01\xe0', 'MIDI_TRUNCATED'],
    ['a RIFF wrapper around nothing', 'RIFF\x04\0\0\0RMID', 'MIDI_TRUNCATED'],
  ])('that is %s is refused', (_what, text, expected) => {
    expect(() => readMidi(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))).toThrow(code(expected));
  });

  it('beyond the bounds is refused', () => {
    expect(() => readMidi(new Uint8Array(16 * 1024 * 1024 + 1))).toThrow(code('MIDI_TOO_LARGE'));
    const body = new Uint8Array(2_000_008);
    body.set([0, 0x90, 60, 64]);
    expect(() => readMidi(file([chunk('MTrk', [...body])]))).toThrow(code('MIDI_TOO_LARGE'));
  });
});

import { describe, expect, it } from 'vitest';
import { chunk, control, END, file, off, on, type RawEvent, tempo, track } from '../testing/midi-bytes.js';
import { toPerformance } from '../to-performance.js';
import { readMidi } from './read.js';

/** A broken chord of eighths at 120 bpm, 480 ticks a beat: what must come back, whatever is wrong around it. */
const chord: RawEvent[] = [60, 64, 67, 72].flatMap((pitch) => [on(0, pitch, 80), off(240, pitch)]);
const CHORD = [
  [0, 0.25, 60],
  [0.25, 0.5, 64],
  [0.5, 0.75, 67],
  [0.75, 1, 72],
];

const notesOf = (bytes: Uint8Array) =>
  readMidi(bytes).tracks.flatMap(({ notes }) => notes.map(({ start, end, pitch }) => [start, end, pitch]));
const codes = (bytes: Uint8Array) => readMidi(bytes).warnings.map(({ code }) => code);
const withBefore = (...bad: RawEvent[]) => file([track(...bad, ...chord, END)]);
/** The bytes of a track, without its header. */
const body = (...events: RawEvent[]) => track(...events).slice(8);

describe('a bad byte costs itself, not the track:', () => {
  it.each<[string, RawEvent, string]>([
    ["a controller's value", [0, 0xb0, 7, 0xff], 'dataByte'],
    ['a controller', [0, 0xb0, 0xff, 7], 'dataByte'],
    ['a program', [0, 0xc0, 0xff], 'dataByte'],
    ['a pressure', [0, 0xd0, 0x80], 'dataByte'],
    ['both bytes of a bend', [0, 0xe0, 0xff, 0xff], 'dataByte'],
    ["a key's pressure", [0, 0xa0, 60, 0xc8], 'dataByte'],
    ['the end of a note, at a pitch that is none', [0, 0x80, 0xff, 0x40], 'dataByte'],
    ['a note at a pitch that is none', [0, 0x90, 0xff, 0x40], 'dataByte'],
    ['a status that files do not have', [0, 0xf5], 'systemMessage'],
    ['a clock', [0, 0xf8], 'systemMessage'],
    ['a song position', [0, 0xf2, 4, 0], 'systemMessage'],
    ['a song position without its bytes', [0, 0xf2], 'systemMessage'],
    ['active sensing', [0, 0xfe], 'systemMessage'],
    ['a key signature of one byte', [0, 0xff, 0x59, 1, 2], 'badMeta'],
    ['a key signature of three bytes', [0, 0xff, 0x59, 3, 2, 0, 0], 'badMeta'],
    ['a tempo of two bytes', [0, 0xff, 0x51, 2, 7, 0xa1], 'badMeta'],
    ['a tempo of none', [0, 0xff, 0x51, 0], 'badMeta'],
    ['a tempo of four bytes', [0, 0xff, 0x51, 4, 0, 7, 0xa1, 0x20], 'badMeta'],
    ['a sequence number of one byte', [0, 0xff, 0x00, 1, 7], 'badMeta'],
    ['an SMPTE offset of four bytes', [0, 0xff, 0x54, 4, 0, 0, 0, 0], 'badMeta'],
    ['a channel prefix of none', [0, 0xff, 0x20, 0], 'badMeta'],
    ['a time signature of three bytes', [0, 0xff, 0x58, 3, 4, 2, 24], 'badMeta'],
    ['a tempo whose length says four', [0, 0xff, 0x51, 4, 7, 0xa1, 0x20], 'trackDamaged'],
    ['a text longer than its track', [0, 0xff, 0x01, 0xff, 0x7f, 0x41, 0x42], 'trackDamaged'],
    ['a text of which the length is too long', [0, 0xff, 0x01, 7, 0x41, 0x42, 0x43, 0x44], 'trackDamaged'],
    ['a system exclusive message without a length', [0, 0xf0, 0x43, 0x10, 0x4c, 0xf7], 'trackDamaged'],
    ['data before any status', [0, 60, 60], 'trackDamaged'],
  ])('%s', (_what, bad, code) => {
    const bytes = withBefore(bad);
    expect(notesOf(bytes)).toEqual(CHORD);
    expect(codes(bytes)).toEqual([code]);
  });

  it('a time, or the length of a text, of five to eight bytes', () => {
    const padded = (count: number) => new Array<number>(count).fill(0x80);
    for (const count of [4, 5, 7]) {
      const time = file([chunk('MTrk', [...padded(count), ...body(...chord, END)])]);
      expect([notesOf(time), codes(time)]).toEqual([CHORD, ['longTime']]);
      const text = withBefore([0, 0xff, 0x01, ...padded(count), 3, 65, 66, 67]);
      expect([notesOf(text), codes(text)]).toEqual([CHORD, []]);
    }
  });

  it('a time too large for four bytes, which is taken as none', () => {
    const bytes = withBefore([2 ** 28, 0xff, 0x06, 0]);
    expect([notesOf(bytes), codes(bytes)]).toEqual([CHORD, ['longTime']]);
  });

  it('a velocity, which is clipped', () => {
    const bytes = file([track([0, 0x90, 60, 0xc8], off(240, 60), END)]);
    expect(readMidi(bytes).tracks[0]!.notes).toEqual([{ pitch: 60, velocity: 127, start: 0, end: 0.25 }]);
  });

  it('a status without its data, in the middle of the music', () => {
    const [first, second] = [chord.slice(0, 4), chord.slice(4)];
    const bytes = file([track(...first, [0, 0x90], ...second, END)]);
    expect(notesOf(bytes).filter(([, , pitch]) => pitch !== 67)).toEqual(
      CHORD.filter(([, , pitch]) => pitch !== 67),
    );
    expect(codes(bytes)).not.toEqual([]);
  });

  it('in running status too, also after a meta event and a system exclusive message', () => {
    const running = (delta: number, pitch: number, velocity: number): RawEvent => [delta, pitch, velocity];
    const bytes = file([
      track(
        on(0, 60),
        running(240, 60, 0),
        [0, 0xff, 0x01, 1, 65],
        running(0, 64, 80),
        [120, 0xf5],
        running(120, 64, 0),
        [0, 0xf0, 2, 0x43, 0xf7],
        running(0, 67, 80),
        running(240, 67, 0),
        running(0, 72, 0xff),
        running(240, 72, 0),
        END,
      ),
    ]);
    expect(notesOf(bytes)).toEqual(CHORD);
    expect(codes(bytes)).toEqual(['systemMessage', 'dataByte']);
  });

  it('a time signature of two bytes is right', () => {
    const bytes = withBefore([0, 0xff, 0x58, 2, 6, 3]);
    expect(readMidi(bytes)).toMatchObject({
      timeSignatures: [{ time: 0, numerator: 6, denominator: 8 }],
      warnings: [],
    });
  });
});

describe('the length of a chunk yields to what is there:', () => {
  const conductor = body(tempo(0, 500_000), END);
  const music = body(...chord, END);
  const unended = body(...chord);

  it.each<[string, number[][], string[]]>([
    [
      'four bytes too many',
      [chunk('MTrk', conductor, conductor.length + 4), chunk('MTrk', music)],
      ['trackLength'],
    ],
    [
      'four bytes too few',
      [chunk('MTrk', conductor, conductor.length - 4), chunk('MTrk', music)],
      ['trackLength'],
    ],
    ['none', [chunk('MTrk', conductor, 0), chunk('MTrk', music)], ['trackLength']],
    ['none, of the music', [chunk('MTrk', conductor), chunk('MTrk', music, 0)], ['trackLength']],
    [
      'all that follows',
      [chunk('MTrk', conductor, conductor.length + 8 + music.length), chunk('MTrk', music)],
      ['trackLength'],
    ],
    [
      'four gigabytes',
      [chunk('MTrk', conductor, 0xffffffff), chunk('MTrk', music, 0xffffffff)],
      ['trackLength', 'trackLength'],
    ],
    [
      'too little for a track that has no end',
      [chunk('MTrk', unended, 9), chunk('MTrk', conductor)],
      ['trackLength'],
    ],
    [
      'too much for a track that has no end',
      [chunk('MTrk', unended, 90), chunk('MTrk', conductor)],
      ['trackLength'],
    ],
    ['what is there, of a track that has no end', [chunk('MTrk', conductor), chunk('MTrk', unended)], []],
  ])('%s', (_what, tracks, expected) => {
    const bytes = file(tracks);
    expect(notesOf(bytes)).toEqual(CHORD);
    expect(readMidi(bytes).tempos).toEqual([{ time: 0, bpm: 120 }]);
    expect(codes(bytes)).toEqual(expected);
  });

  it('an id with a wrong letter', () => {
    const bytes = file([chunk('MTrk', conductor), chunk('MTsk', music)]);
    expect([notesOf(bytes), codes(bytes)]).toEqual([CHORD, ['headerDamaged']]);
  });

  it('garbage between chunks', () => {
    const garbage = [0xde, 0xad, 0, 0x4d, 0x54];
    const bytes = file([chunk('MTrk', conductor), garbage, chunk('MTrk', music)], { promised: 2 });
    expect([notesOf(bytes), codes(bytes)]).toEqual([CHORD, ['foreignChunk']]);
  });

  it('a text that says MTrk is a text', () => {
    const text: RawEvent = [0, 0xff, 0x01, 8, 0x4d, 0x54, 0x72, 0x6b, 0, 0, 0, 4];
    expect([notesOf(withBefore(text)), codes(withBefore(text))]).toEqual([CHORD, []]);
  });
});

describe('a header', () => {
  const good = [...withBefore()];
  const header = good.slice(0, 14);
  const rest = good.slice(14);

  it.each<[string, number[], string]>([
    ['without its length', [...header.slice(0, 4), ...header.slice(8), ...rest], 'headerDamaged'],
    ['of length 0', [...header.slice(0, 4), 0, 0, 0, 0, ...header.slice(8), ...rest], 'headerDamaged'],
    [
      'of a length beyond the file',
      [...header.slice(0, 4), 9, 9, 9, 9, ...header.slice(8), ...rest],
      'headerDamaged',
    ],
    ['with a wrong letter', [0x4d, 0x53, ...header.slice(2), ...rest], 'headerDamaged'],
    ['after what a system put before it', [...new Array<number>(128).fill(0), ...good], 'foreignChunk'],
    [
      'that promises 65,535 tracks',
      [...header.slice(0, 10), 0xff, 0xff, ...header.slice(12), ...rest],
      'trackCount',
    ],
    ['that promises none', [...header.slice(0, 10), 0, 0, ...header.slice(12), ...rest], 'trackCount'],
  ])('%s is read', (_what, list, code) => {
    const bytes = Uint8Array.from(list);
    expect([notesOf(bytes), codes(bytes)]).toEqual([CHORD, [code]]);
  });

  it('of eight bytes is right', () => {
    const bytes = Uint8Array.from([...header.slice(0, 7), 8, ...header.slice(8), 0, 0, ...rest]);
    expect([notesOf(bytes), codes(bytes)]).toEqual([CHORD, []]);
  });

  it('with as many tracks as it can promise is read', () => {
    const bytes = file([...new Array<number[]>(65_534).fill(track(END)), track(...chord, END)]);
    expect([notesOf(bytes), codes(bytes)]).toEqual([CHORD, []]);
  });
});

describe('the length of a piece', () => {
  it.each<[string, RawEvent[]]>([
    ['its end-of-track event lies far away', [[0x0fffffff, 0xff, 0x2f, 0]]],
    ['a text lies far away', [[0x0fffffff, 0xff, 0x01, 1, 65], END]],
    ['a controller lies far away', [control(0x0ffffff, 7, 100), END]],
    ['the pedal is put up far away, where it is up', [control(0x0ffffff, 64, 0), END]],
  ])('is that of its notes and pedal, though %s', (_what, far) => {
    const piece = readMidi(file([track(...chord, ...far)]));
    expect([piece.duration, piece.warnings]).toEqual([1, []]);
  });

  it('goes to the last movement of the pedal', () => {
    const bytes = file([track(control(0, 64, 127), ...chord, control(480, 64, 0), END)]);
    expect(readMidi(bytes).duration).toBe(1.5);
  });

  it('is bounded where a note has no end: two beats', () => {
    const stuck = [on(0, 48, 80), [144_000, 0xff, 0x01, 3, 101, 110, 100]] as RawEvent[];
    const bytes = file([track(...chord, ...stuck, END)]);
    expect(notesOf(bytes)).toEqual([...CHORD, [1, 2, 48]]);
    expect([readMidi(bytes).duration, codes(bytes)]).toEqual([2, ['noteWithoutEnd']]);
  });

  it('of notes that lack their ends is bounded at the next of their pitch', () => {
    const bytes = file([track(on(0, 60), on(240, 60), off(240, 60), on(9600, 60), END)]);
    expect(notesOf(bytes)).toEqual([
      [0, 0.25, 60],
      [0.25, 0.5, 60],
      [10.5, 10.501_041_666_666_666, 60],
    ]);
  });
});

describe('channels', () => {
  const zone = (channel: number, members: number): RawEvent[] => [
    control(0, 101, 0, channel),
    control(0, 100, 6, channel),
    control(0, 6, members, channel),
  ];
  const spread = (channels: number[]) => [
    ...channels.map((channel, index) => on(0, 60 + index, 80, channel)),
    ...channels.map((channel, index) => off(index === 0 ? 480 : 0, 60 + index, channel)),
  ];

  it.each<[string, number, number, number[]]>([
    ['the lower zone', 0, 15, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]],
    ['the upper zone', 15, 15, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]],
    ['a zone that reaches channel 10', 0, 9, [9]],
  ])('of %s of MPE have notes, channel 10 too', (_what, master, members, channels) => {
    const bytes = file([track(...zone(master, members), ...spread(channels), END)]);
    expect(toPerformance(readMidi(bytes)).notes).toHaveLength(channels.length);
  });

  it.each([
    ['a smaller zone', zone(0, 8)],
    ['a zone of no members, which is none', zone(0, 0)],
    ['another registered parameter', [control(0, 101, 0), control(0, 100, 0), control(0, 6, 15)]],
  ])('10 has drums beside %s', (_what, events) => {
    const bytes = file([track(...events, ...spread([1, 9]), END)]);
    expect(toPerformance(readMidi(bytes)).notes.map(({ pitch }) => pitch)).toEqual([60]);
  });

  it("of an MPE zone sound by its master's pedal", () => {
    const bytes = file([
      track(...zone(0, 3), control(0, 64, 127), ...spread([1, 2]), control(480, 64, 0), END),
    ]);
    const { notes, pedal } = toPerformance(readMidi(bytes));
    expect([notes.map(({ end }) => end), pedal]).toEqual([
      [0.5, 0.5],
      [
        { time: 0, down: true },
        { time: 1, down: false },
      ],
    ]);
  });

  it('have pedals of their own', () => {
    const bytes = file([
      track(
        control(0, 64, 127, 1),
        on(0, 60, 80, 0),
        off(480, 60, 0),
        on(0, 64, 80, 1),
        off(240, 64, 1),
        control(1200, 64, 0, 1),
        END,
      ),
    ]);
    expect(toPerformance(readMidi(bytes))).toMatchObject({
      notes: [
        { pitch: 60, start: 0, end: 0.5 },
        { pitch: 64, start: 0.5, end: 2 },
      ],
      pedal: [],
    });
  });

  it('keep the lengths of one pitch apart', () => {
    const bytes = file([track(on(0, 60, 80, 0), on(480, 60, 80, 1), off(240, 60, 1), off(1200, 60, 0), END)]);
    expect(notesOf(bytes)).toEqual([
      [0, 2, 60],
      [0.5, 0.75, 60],
    ]);
  });
});

describe('what ends notes and pedals at once:', () => {
  it.each([120, 123])(
    'controller %i ends a note whose own end comes later, and that is no fault',
    (controller) => {
      const bytes = file([track(on(0, 60, 80), control(240, controller, 0), off(720, 60), END)]);
      expect(notesOf(bytes)).toEqual([[0, 0.25, 60]]);
      expect(codes(bytes)).toEqual([]);
    },
  );

  it('controller 121 lifts the pedal', () => {
    const held = [control(0, 64, 127), on(0, 60, 80), off(240, 60)];
    const bytes = file([track(...held, control(240, 121, 0), on(480, 62, 80), off(240, 62), END)]);
    expect(toPerformance(readMidi(bytes)).pedal).toEqual([
      { time: 0, down: true },
      { time: 0.5, down: false },
    ]);
  });
});

describe('an MPE zone', () => {
  const zone = (members: number): RawEvent[] => [
    control(0, 101, 0),
    control(0, 100, 6),
    control(0, 6, members),
  ];
  const drum = [on(0, 36, 80, 9), off(240, 36, 9)];
  const drums = (bytes: Uint8Array) => readMidi(bytes).tracks.every((part) => part.drums);

  it('that is given up before any note is none: channel 10 is drums', () => {
    expect(drums(file([track(...zone(15), ...zone(0), ...drum, END)]))).toBe(true);
    expect(drums(file([track(...zone(15), ...zone(5), ...drum, END)]))).toBe(true);
  });

  it('that is given up later held for its notes', () => {
    expect(drums(file([track(...zone(15), ...drum, ...zone(0), END)]))).toBe(false);
  });
});

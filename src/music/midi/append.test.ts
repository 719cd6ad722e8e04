import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Note } from '../note.js';
import { control, END, file, off, on, type RawEvent, tempo, track } from '../testing/midi-bytes.js';
import { voices } from '../testing/voices.js';
import { continuationAlone, withContinuation } from './append.js';
import { parseMidiFile } from './parse.js';
import { readMidi } from './read.js';
import { MidiWarnings } from './warnings.js';
import { writeMidi } from './write.js';

const parsed = (bytes: Uint8Array) => parseMidiFile(bytes, new MidiWarnings());
/** Two notes, the first half a second after the end of a file. */
const replyAfter = (bytes: Uint8Array): Note[] => {
  const { duration } = readMidi(bytes);
  return [0.5, 1].map((wait, index) => ({
    pitch: 70 + index,
    velocity: 80,
    start: duration + wait,
    end: duration + wait + 0.25,
  }));
};
const continued = (bytes: Uint8Array) => withContinuation(parsed(bytes), replyAfter(bytes));
/** The MTrk chunks of a file without faults, as numbers. */
function chunksOf(bytes: Uint8Array): number[][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const chunks: number[][] = [];
  for (let at = 14; at < bytes.length; ) {
    const next = at + 8 + view.getUint32(at + 4);
    chunks.push([...bytes.subarray(at, next)]);
    at = next;
  }
  return chunks;
}
const within = (value: number) => expect.closeTo(value, 2);

const conductor = track(
  [0, 0xff, 0x03, 3, 65, 66, 67],
  tempo(0, 500_000),
  [0, 0xff, 0x58, 4, 6, 3, 24, 8],
  [0, 0xff, 0x59, 2, 0xfd, 1],
  tempo(480, 250_000),
  [0, 0xff, 0x06, 4, 67, 111, 100, 97],
  END,
);
const strings = track(
  [0, 0xff, 0x03, 1, 86],
  control(0, 0, 3, 2),
  [0, 0xc2, 48],
  control(0, 7, 90, 2),
  control(0, 10, 20, 2),
  on(0, 60, 64, 2),
  [480, 60, 0],
  [0, 62, 64],
  [480, 62, 0],
  [0, 0xf0, 2, 0x43, 0xf7],
  [0, 0xe2, 0, 0x50],
  control(0, 7, 5, 2),
  END,
);
const bass = track([0, 0xc0, 33], on(0, 36, 64, 0), off(960, 36, 0), END);
const drums = track([0, 0xc9, 16], ...[0, 1].flatMap(() => [on(0, 36, 90, 9), off(480, 36, 9)]), END);
const song = file([conductor, strings, bass, drums]);

describe('a continued file', () => {
  it('has the tracks that were given, to the byte, and one more, in their division', () => {
    const bytes = continued(song);
    expect(chunksOf(bytes).slice(0, 4)).toEqual([conductor, strings, bass, drums]);
    expect([...bytes.subarray(8, 14)]).toEqual([0, 1, 0, 5, 1, 0xe0]);
    const [before, after] = [readMidi(song), readMidi(bytes)];
    const { tempos, timeSignatures, keySignatures } = before;
    expect(after).toMatchObject({ tempos, timeSignatures, keySignatures, warnings: [] });
    expect(after.tracks.slice(0, 3)).toEqual(before.tracks);
  });

  it('goes on in the tempo that holds at the end, on a channel of its own, as the fullest voice sounds', () => {
    const bytes = continued(song);
    const added = readMidi(bytes).tracks[3]!;
    expect(added).toMatchObject({ name: 'continuation', channel: 1, program: 48 });
    expect(added.notes).toEqual(
      replyAfter(song).map((note) => ({ ...note, start: within(note.start), end: within(note.end) })),
    );
    // Half a second at 240 bpm is two beats.
    const [first] = parsed(bytes).tracks[4]!.notes;
    expect(first!.start).toBe(960 + 2 * 480);
    expect(chunksOf(bytes)[4]!.join()).toContain([0xb1, 0, 3].join());
    expect(chunksOf(bytes)[4]!.join()).toContain([0xb1, 7, 90].join());
  });

  it('lets the pedals go where the input ends, and keeps its other events', () => {
    const events = [on(0, 60), off(480, 60), on(0, 64, 64, 1), off(480, 64, 1)];
    const bytes = continued(
      file([track(control(0, 64, 127), control(0, 66, 100), control(0, 64, 90, 1), ...events, END)]),
    );
    const { tracks } = readMidi(bytes);
    expect(tracks.slice(0, 2).map(({ pedal }) => pedal.at(-1))).toEqual([
      { time: 1, down: false },
      { time: 1, down: false },
    ]);
    const ups = parsed(bytes).tracks[0]!.events.filter(
      (event) => event.type === 'controller' && event.value === 0,
    );
    expect(ups.map(({ tick }) => tick)).toEqual([960, 960, 960]);
  });

  it('ends notes that have no end, where they were taken to', () => {
    const bytes = continued(
      file([track(on(0, 60), on(240, 60), off(240, 60), on(0, 48), [144_000, 0xff, 1, 1, 65], END)]),
    );
    const read = readMidi(bytes);
    expect(read.warnings).toEqual([]);
    expect(read.tracks[0]!.notes.map(({ pitch, start, end }) => [pitch, start, end])).toEqual([
      [60, 0, 0.25],
      [60, 0.25, 0.5],
      [48, 0.5, 1.5],
    ]);
    expect(read.tracks[1]!.notes[0]!.start).toBe(2);
  });

  it('is not kept going by an end-of-track event far away', () => {
    const bytes = continued(file([track(on(0, 60), off(480, 60), [0x0fffffff, 0xff, 0x2f, 0])]));
    expect(parsed(bytes).tracks.map(({ events }) => events.at(-1)!.tick)).toEqual([
      480,
      480 + 480 + 480 + 240,
    ]);
  });

  it('keeps unisons of two channels apart', () => {
    const unison = [on(0, 60, 64, 0), on(480, 60, 64, 1), off(240, 60, 1), off(1200, 60, 0)];
    const lengths = readMidi(continued(file([track([0, 0xc0, 40], [0, 0xc1, 60], ...unison, END)])))
      .tracks.slice(0, 2)
      .map(({ program, notes }) => [program, notes[0]!.start, notes[0]!.end]);
    expect(lengths).toEqual([
      [40, 0, 2],
      [60, 0.5, 0.75],
    ]);
  });

  it.each<[string, Uint8Array]>([
    [
      'of format 0',
      file([track(tempo(0, 400_000), on(0, 60), off(480, 60), on(0, 36, 90, 9), off(480, 36, 9), END)], {
        format: 0,
      }),
    ],
    ['that counts frames', file([track(on(0, 60), off(80, 60), END)], { division: ((256 - 25) << 8) | 40 })],
    [
      'of patterns',
      file(
        [track(tempo(0, 1_000_000), on(0, 60), off(480, 60), END), track(on(480, 62), off(480, 62), END)],
        { format: 2 },
      ),
    ],
    [
      'that is damaged',
      file([track(control(0, 7, 0xff), on(0, 60), [0, 0xf5], off(480, 60), [0, 60, 0xff], END)]),
    ],
  ])('%s has the notes that were given, and the reply', (_what, bytes) => {
    const [before, after] = [readMidi(bytes), readMidi(continued(bytes))];
    const heads = ({ tracks }: typeof before) =>
      tracks.map(({ channel, notes }) => [
        channel,
        notes.map(({ pitch, start, end }) => [pitch, within(start), within(end)]),
      ]);
    expect(heads(after).slice(0, -1)).toEqual(heads(before));
    expect(after.tempos).toEqual(before.tempos);
    expect(after.tracks.at(-1)!.notes.map(({ start }) => start)).toEqual(
      replyAfter(bytes).map(({ start }) => within(start)),
    );
    expect(after.warnings).toEqual([]);
  });

  it('uses the channel of the fullest voice where all are used', () => {
    const all = Array.from({ length: 16 }, (_, channel): RawEvent[] => [
      on(0, 60, 64, channel),
      off(480, 60, channel),
    ]).flat();
    const bytes = continued(file([track(...all, on(0, 61, 64, 5), off(480, 61, 5), END)]));
    expect(readMidi(bytes).tracks.at(-1)).toMatchObject({ name: 'continuation', channel: 5 });
  });

  it('is the input again, with the reply, whatever the input', () => {
    fc.assert(
      fc.property(fc.array(voices(), { minLength: 1, maxLength: 4 }), (list) => {
        const bytes = writeMidi(list.map((voice, channel) => ({ ...voice, channel })));
        const after = readMidi(continued(bytes));
        const before = readMidi(bytes);
        const notes = (piece: typeof before) => piece.tracks.map((voice) => voice.notes);
        expect(notes(after).slice(0, before.tracks.length)).toEqual(notes(before));
        expect(after.tracks.every(({ pedal }) => pedal.at(-1)?.down !== true)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('with as many tracks as a file can have is refused', () => {
    const full = file(new Array<number[]>(65_535).fill(track(END)));
    expect(() => continued(full)).toThrow(expect.objectContaining({ code: 'MIDI_TOO_LARGE' }));
  });
});

describe('a continuation alone', () => {
  it('begins at 0, in the tempo, meter and key in which the input ends', () => {
    const alone = readMidi(continuationAlone(parsed(song), replyAfter(song)));
    expect(alone).toMatchObject({
      tempos: [{ time: 0, bpm: 240 }],
      timeSignatures: [{ time: 0, numerator: 6, denominator: 8 }],
      keySignatures: [{ time: 0, sharps: -3, mode: 'minor' }],
      warnings: [],
    });
    expect(alone.tracks).toHaveLength(1);
    expect(alone.tracks[0]!.program).toBe(48);
    expect(alone.tracks[0]!.notes.map(({ start, end }) => [start, end])).toEqual([
      [0, 0.25],
      [0.5, 0.75],
    ]);
  });

  it('is a file where there is no reply', () => {
    expect(readMidi(continuationAlone(parsed(song), [])).tracks).toEqual([]);
    expect(readMidi(withContinuation(parsed(song), [])).tracks).toEqual(readMidi(song).tracks);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { performances } from '../../../../codec/testing/performances.js';
import { type BeatMap, mapBetween, tickAt, timeAt } from '../../../../music/beats/beat-map.js';
import { type Chord, QUALITIES } from '../../../../music/chords/chord.js';
import type { Note, Performance } from '../../../../music/note.js';
import { applyPedal, byStartThenPitch } from '../../../../music/pedal.js';
import { type BeatPiece, type ChordChange, encodeBeats } from './encode.js';
import { beatCodec as codec } from './index.js';

const { vocabulary } = codec;
const steady: BeatMap = { beats: Array.from({ length: 17 }, (_, beat) => beat * 0.5), bars: [4, 4, 4, 4] };
const note = (pitch: number, start: number, end: number, velocity = 70): Note => ({
  pitch,
  velocity,
  start,
  end,
});
const piece = (notes: readonly Note[], chords: readonly ChordChange[] = [], map = steady): BeatPiece => ({
  performance: { notes, pedal: [] },
  map,
  chords,
});
const words = (tokens: readonly number[]) => tokens.map((token) => vocabulary.describe(token));

/** Beats of half a second more or less, in bars of two to four. */
const maps: fc.Arbitrary<BeatMap> = fc
  .record({
    bars: fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 1, maxLength: 12 }),
    first: fc.double({ min: -3, max: 3, noNaN: true }),
    lengths: fc.array(fc.double({ min: 0.3, max: 0.9, noNaN: true }), { minLength: 48, maxLength: 48 }),
  })
  .map(({ bars, first, lengths }) => {
    const beats = [first];
    for (let beat = 0; beat < bars.reduce((sum, bar) => sum + bar, 0); beat++)
      beats.push(beats.at(-1)! + lengths[beat]!);
    return { beats, bars };
  });
const chord: fc.Arbitrary<Chord | null> = fc.option(
  fc.record({ root: fc.nat(11), quality: fc.constantFrom(...QUALITIES) }),
);
const pieces: fc.Arbitrary<BeatPiece> = fc.record({
  performance: performances({ lowest: 21, highest: 108 }),
  map: maps,
  chords: fc
    .array(fc.record({ time: fc.double({ min: 0, max: 30, noNaN: true }), chord }), { maxLength: 20 })
    .map((changes) => changes.sort((a, b) => a.time - b.time)),
});
const tokens = fc.array(fc.nat(vocabulary.size - 1), { maxLength: 300 });

/** The map of the bars that are written: what a reader who knows the beats decodes by. */
function written({ performance, map }: BeatPiece): BeatMap {
  const starts = applyPedal(performance).map(({ start }) => start);
  return mapBetween(map, Math.min(...starts), Math.max(...starts));
}

describe('performance-beats', () => {
  it('has a stable vocabulary', () => {
    const { size, hash, ranges } = vocabulary;
    expect({ size, hash, ranges, start: vocabulary.describe(codec.startToken) }).toMatchSnapshot();
  });

  it('describes and reads every token, and each differently', () => {
    const described = new Set<string>();
    for (let token = 0; token < vocabulary.size; token++) {
      const { range, values } = vocabulary.read(token);
      expect(vocabulary.token(range, values)).toBe(token);
      described.add(vocabulary.describe(token));
    }
    expect(described.size).toBe(vocabulary.size);
    for (const token of [-1, vocabulary.size, 0.5, Number.NaN])
      expect(() => codec.decode([token])).toThrow(expect.objectContaining({ code: 'TOKEN_RANGE' }));
  });

  it('says bars, tempo, chords before their notes, positions once, and lengths as they are', () => {
    const chords: ChordChange[] = [
      { time: 0, chord: { root: 0, quality: 'maj' } },
      { time: 0.98, chord: { root: 9, quality: 'min7' } },
    ];
    const notes = [note(48, 0.01, 0.99), note(60, 0.01, 0.3), note(69, 0.99, 2.2), note(72, 1.96, 2.5)];
    expect(words(codec.encode(piece(notes, chords)).tokens)).toEqual([
      'bar 1 of 8, 4 beats',
      '118.5 beats a minute',
      'C on beat 1',
      'sixteenth 1, 1/48 beat late',
      'C3, velocity 65-72',
      'for 2.000 beats',
      'C4, velocity 65-72',
      'for 0.569 beats',
      'Am7 on beat 3',
      'sixteenth 9, 1/48 beat early',
      'A4, velocity 65-72',
      'for 2.378 beats',
      'bar 2 of 8, 4 beats',
      'Am7 on beat 1',
      'sixteenth 1, 4/48 beat early',
      'C5, velocity 65-72',
      'for 1.091 beats',
      'the piece ends',
    ]);
  });

  it('says the tempo again where it is another, and not where it only wavers', () => {
    const beats = [0, 0.5, 1, 1.5, 2, 2.51, 3.02, 3.53, 4.04, 4.64, 5.24, 5.84, 6.44];
    const map = { beats, bars: [4, 4, 4] };
    const notes = [note(60, 0, 1), note(60, 2, 3), note(60, 5, 6)];
    const said = words(codec.encode(piece(notes, [], map)).tokens);
    expect(said.filter((word) => word.includes('a minute'))).toEqual([
      '118.5 beats a minute',
      '101.3 beats a minute',
    ]);
  });

  it('gives the notes back by the same beats: onsets within half a tick, lengths within 3 %', () => {
    fc.assert(
      fc.property(pieces, (piece) => {
        fc.pre(piece.performance.notes.length > 0);
        const { tokens, folded, merged } = codec.encode(piece);
        const map = written(piece);
        const wanted = applyPedal(piece.performance);
        const got = codec.decode(tokens, map).performance.notes;
        expect(folded).toBe(0);
        expect(got.length).toBe(wanted.length - merged);
        if (merged > 0) return;
        const byPitch = (a: Note, b: Note) => a.pitch - b.pitch || a.start - b.start;
        const back = got.toSorted(byPitch);
        for (const [index, note] of wanted.toSorted(byPitch).entries()) {
          const { pitch, start, end } = back[index]!;
          expect(pitch).toBe(note.pitch);
          expect(Math.abs(tickAt(map, start) - tickAt(map, note.start))).toBeLessThan(0.5 + 1e-6);
          const beats = (tickAt(map, end) - tickAt(map, start)) / 48;
          const exact = (Math.max(tickAt(map, note.end), tickAt(map, start) + 1) - tickAt(map, start)) / 48;
          const cut = back[index + 1]?.pitch === pitch && back[index + 1]!.start <= end + 1e-9;
          if (!cut && exact > 1 / 24 && exact < 15)
            expect(Math.abs(beats / exact - 1)).toBeLessThan(0.03 + 0.5 / 48 / exact);
        }
      }),
    );
  });

  it('keeps what comes before the first bar line a little early', () => {
    const early = [note(60, 1.97, 2.4)];
    expect(
      codec.decode(codec.encode(piece(early)).tokens).performance.notes[0]!.start,
    ).toBeGreaterThanOrEqual(0);
    const map = written(piece(early));
    const [back] = codec.decode(codec.encode(piece(early)).tokens, map).performance.notes;
    expect(back!.start).toBeCloseTo(2 - (3 * 0.5) / 48, 6);
  });

  it('leaves no note out, whatever the beats', () => {
    fc.assert(
      fc.property(pieces, (piece) => {
        const { tokens, merged } = codec.encode(piece);
        const { notes } = codec.decode(tokens).performance;
        expect(notes.length).toBe(piece.performance.notes.length - merged);
      }),
    );
  });

  it('decodes any tokens into legal music in order, with beats for all of it', () => {
    fc.assert(
      fc.property(tokens, (tokens) => {
        const { performance, map, chords } = codec.decode(tokens);
        expect(map.bars.reduce((sum, bar) => sum + bar, 1)).toBe(map.beats.length);
        expect(map.beats).toEqual(map.beats.toSorted((a, b) => a - b));
        expect(performance.notes).toEqual(performance.notes.toSorted(byStartThenPitch));
        const ends = new Map<number, number>();
        for (const { pitch, start, end, velocity } of performance.notes) {
          expect(end).toBeGreaterThan(start);
          expect(start).toBeGreaterThanOrEqual(ends.get(pitch) ?? -1);
          expect(velocity).toBeGreaterThan(0);
          ends.set(pitch, end);
        }
        expect(chords.map(({ time }) => time)).toEqual(
          chords.map(({ time }) => time).toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it('writes canonical streams: decoded by their own tempo and encoded again, they are the same', () => {
    const notes = Array.from({ length: 40 }, (_, index) =>
      note(48 + ((index * 7) % 24), index * 0.13, index * 0.13 + 0.4, 20 + 2 * index),
    );
    const chords = [0, 1, 2, 3].map(
      (bar): ChordChange => ({ time: bar * 2, chord: { root: (bar * 5) % 12, quality: 'maj' } }),
    );
    const { tokens } = codec.encode(piece(notes, chords));
    expect(codec.encode(codec.decode(tokens)).tokens).toEqual(tokens);
  });

  it('moves notes beyond the keys by octaves, and ends a note where its pitch begins anew', () => {
    const { tokens, folded } = codec.encode(piece([note(10, 0, 2), note(22, 0.5, 1), note(120, 1, 2)]));
    expect(folded).toBe(2);
    const { notes } = codec.decode(tokens).performance;
    expect(notes.map(({ pitch }) => pitch)).toEqual([22, 22, 108]);
    expect(notes[0]!.end).toBeCloseTo(notes[1]!.start, 6);
  });

  it('has nothing but the end of a performance without notes', () => {
    const empty: Performance = { notes: [], pedal: [] };
    expect(encodeBeats({ performance: empty, map: steady, chords: [] }).tokens).toEqual([codec.endToken]);
  });
});

describe('beats', () => {
  it('are ticks and times, also beyond the first and the last', () => {
    for (const [tick, time] of [
      [0, 0],
      [24, 0.25],
      [-48, -0.5],
      [16 * 48 + 96, 9],
    ] as const) {
      expect(tickAt(steady, time)).toBeCloseTo(tick, 9);
      expect(timeAt(steady, tick)).toBeCloseTo(time, 9);
    }
  });

  it('are as many bars as the notes need', () => {
    expect(mapBetween(steady, 2.1, 3.9).bars).toEqual([4]);
    expect(mapBetween(steady, -0.5, 9).bars).toEqual([4, 4, 4, 4, 4, 4]);
    expect(mapBetween(steady, -0.5, 9).beats[0]).toBeCloseTo(-2, 9);
    // Unless the pace after the line makes it too early there.
    const faster = { beats: [0, 1, 2, 2.1, 2.2], bars: [2, 2] };
    expect(mapBetween(faster, 1.9, 2.1).bars).toEqual([2, 2]);
    // What comes a little early belongs to the bar that follows.
    expect(mapBetween(steady, 1.95, 3).beats[0]).toBe(2);
  });
});

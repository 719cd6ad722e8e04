import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWith } from '../../../../test/requires.js';
import { beatMapOf } from '../../../music/beats/annotated-bars.js';
import { ANNOTATION_FILES, type Annotation, readAnnotations } from '../../../music/beats/annotations.js';
import { mapBetween, tickAt } from '../../../music/beats/beat-map.js';
import { readMidi } from '../../../music/midi/read.js';
import { writeMidi } from '../../../music/midi/write.js';
import type { Note } from '../../../music/note.js';
import { applyPedal } from '../../../music/pedal.js';
import { pianoPerformance } from '../../../music/to-performance.js';
import { parseSplits } from '../../../training/dataset/corpus.js';
import { buildDataset } from '../../../training/dataset/dataset.js';
import { readAid } from '../../../training/dataset/open-codec.js';
import { corpusPlugin } from '../../../training/testing/corpus-plugin.js';
import { beatCodec } from '../beats/codec/index.js';

const failure = (code: string, words = '') =>
  expect.objectContaining({ name: 'ContinuoError', code, message: expect.stringContaining(words) });

/** Beats of so many seconds; bars by a reading of so many beats, from the beat `first` on. */
function annotation(count: number, pace: number, bars: number, first = 0): Annotation {
  const beats = Array.from({ length: count }, (_, beat) => ({
    time: beat * pace,
    begins: [beat % 2 === 0, (beat - first + bars) % bars === 0] as const,
  }));
  return { beats, chords: [] };
}

/** A bass note at the beginning of each bar of `meter` beats from `first` on, and one a beat above. */
function accompaniment(count: number, pace: number, meter: number, first = 0): Note[] {
  return Array.from({ length: count }, (_, beat): Note[] => {
    const start = beat * pace;
    const above = { pitch: 64, velocity: 60, start, end: start + pace / 2 };
    const bass = { pitch: 40, velocity: 70, start, end: start + meter * pace };
    return (beat - first) % meter === 0 ? [bass, above] : [above];
  }).flat();
}

describe('beatMapOf', () => {
  it('takes the bars of the second reading, and those of the beats before the first line', () => {
    const map = beatMapOf(annotation(27, 0.5, 4, 2), accompaniment(26, 0.5, 4, 2));
    expect(map.bars).toEqual([4, 4, 4, 4, 4, 4]);
    expect(map.beats[0]).toBe(1);
  });

  it('takes the first reading, of three beats, where the second has bars of six', () => {
    const beats = annotation(37, 0.5, 6).beats.map((beat, at) => ({
      ...beat,
      begins: [at % 3 === 0, beat.begins[1]] as const,
    }));
    expect(new Set(beatMapOf({ beats, chords: [] }, accompaniment(36, 0.5, 3)).bars)).toEqual(new Set([3]));
  });

  it('begins bars where the bass does, where that is clear', () => {
    const map = beatMapOf(annotation(33, 0.5, 4), accompaniment(32, 0.5, 4, 1));
    expect(map.beats[0]).toBe(0.5);
    const faint = accompaniment(32, 0.5, 4).map((note) =>
      note.start % 4 === 2 ? { ...note, pitch: 45 } : note,
    );
    expect(beatMapOf(annotation(33, 0.5, 4), faint).beats[0]).toBe(0);
  });

  it('halves slow beats, so that ticks stay fine', () => {
    const { beats, bars } = beatMapOf(annotation(21, 1.4, 4), accompaniment(20, 1.4, 4));
    expect(beats[1]! - beats[0]!).toBeCloseTo(0.7, 9);
    expect(bars).toEqual(new Array(10).fill(4));
  });

  it('makes bars of two to four beats of what is longer or shorter', () => {
    const lines = [0, 4, 9, 15, 16, 20, 28];
    const beats = annotation(33, 0.5, 4).beats.map((beat, at) => ({
      ...beat,
      begins: [true, lines.includes(at)] as const,
    }));
    const { bars } = beatMapOf({ beats, chords: [] }, accompaniment(32, 0.5, 4));
    expect(bars).toEqual([4, 3, 2, 4, 2, 3, 2, 4, 4, 4]);
  });

  it('refuses a piece without a steady pulse', () => {
    expect(() => beatMapOf(annotation(10, 0.5, 4), [])).toThrow(failure('BEATS_MISSING', '10 beats'));
    const wild = annotation(40, 0.5, 4).beats.map((beat, at) => ({
      ...beat,
      time: at * 0.5 + (at % 3) * 0.2,
    }));
    expect(() => beatMapOf({ beats: wild, chords: [] }, [])).toThrow(
      failure('BEATS_MISSING', 'longer or shorter'),
    );
    const free = Array.from({ length: 200 }, (_, at) => ({
      pitch: 60,
      velocity: 60,
      start: at * 0.0837,
      end: at * 0.0837 + 0.1,
    }));
    expect(() => beatMapOf(annotation(40, 0.5, 4), free)).toThrow(failure('BEATS_MISSING', 'ticks'));
  });
});

describe('a data set in beats', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'continuo-beats-'));
    await mkdir(join(folder, 'corpus'));
    await mkdir(join(folder, 'beats'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const tables = async (beats: string, chords: string) => {
    await writeFile(
      join(folder, 'beats/beat_midi.tsv'),
      `song\ttime_s\tdownbeat_hypothesis_1\tdownbeat_hypothesis_2\n${beats}`,
    );
    await writeFile(join(folder, 'beats/chord_midi.tsv'), `song\tstart_s\tend_s\tchord\n${chords}`);
  };

  const read = async (name: string) => readAnnotations(await readAid(join(folder, name), ANNOTATION_FILES));

  it('has beats and chords in the times of the piece, and leaves out what has none', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, beat) => `a\t${1 + beat * 0.5}\t1.0\t${beat % 4 === 0 ? 1 : 0}.0\n`,
    );
    await tables(rows.join(''), 'a\t1\t3\tC:maj\na\t3\t99\tA:min7/5\n');
    const events = accompaniment(16, 0.5, 4).map((note) => ({
      ...note,
      start: note.start + 1,
      end: note.end + 1,
    }));
    const midi = writeMidi([{ name: '', channel: 0, events }]);
    await writeFile(join(folder, 'corpus/a.mid'), midi);
    await writeFile(join(folder, 'corpus/b.mid'), midi);
    await writeFile(join(folder, 'corpus/splits.csv'), 'path,piece,split\na.mid,a,train\nb.mid,b,train\n');
    const out = join(folder, 'out');
    const { meta } = await buildDataset({
      plugin: await corpusPlugin('performance-beats'),
      codec: { id: 'performance-beats', aids: { beats: join(folder, 'beats') } },
      from: join(folder, 'corpus'),
      out,
    });
    expect(meta).toMatchObject({ codec: 'performance-beats', splits: { train: { pieces: 1 } } });
    expect(meta.skipped).toEqual([{ path: 'b.mid', code: 'BEATS_MISSING', message: expect.any(String) }]);
    const bytes = await readFile(join(out, 'train.bin'));
    const tokens = Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readUInt16LE(2 * at));
    const { map, chords, performance } = beatCodec.decode(tokens);
    expect(map.bars).toEqual([4, 4, 4, 4]);
    expect(chords.map(({ chord }) => chord?.quality)).toEqual(['maj', 'min7', 'min7', 'min7']);
    expect(performance.notes).toHaveLength(20);
  });

  it.each([
    ['a\tx\t1\t1\n', '', 'beat_midi.tsv, line 2: expected a number, got "x"'],
    ['', 'a\t1\t2\tQ:maj\n', 'chord_midi.tsv, line 2: expected a chord such as C:min7/5, or N, got "Q:maj"'],
  ])('refuses tables that say something else: %j %j', async (beats, chords, words) => {
    await tables(beats, chords);
    await expect(read('beats')).rejects.toThrow(failure('ANNOTATION_BROKEN', words));
  });

  it('says which tables are looked for', async () => {
    await expect(read('corpus')).rejects.toThrow(failure('FILE_READ', 'beat_midi.tsv and chord_midi.tsv'));
    await writeFile(join(folder, 'corpus/beat_midi.tsv'), 'song,time\n');
    await writeFile(join(folder, 'corpus/chord_midi.tsv'), '');
    await expect(read('corpus')).rejects.toThrow(failure('ANNOTATION_BROKEN', 'the columns song, time_s'));
  });
});

/** Every so many of the held-out songs. */
const EVERY = 5;

describeWith('the corpora (CONTINUO_DATA)', 'songs of POP909 in beats', (data) => {
  it('keep their notes: onsets within 10 ms, lengths within 10 %, 2.7 tokens a note', async () => {
    const corpus = join(data, 'performance/pop909');
    const tables = await readAid(join(data, 'performance/pop909_annotations'), ANNOTATION_FILES);
    const annotations = readAnnotations(tables);
    const songs = parseSplits(await readFile(join(corpus, 'splits.csv'), 'utf8'))
      .filter(({ split }) => split === 'valid')
      .filter((_, index) => index % EVERY === 0);
    let [notes, written, tokens, early, otherwise] = [0, 0, 0, 0, 0];
    for (const { path } of songs) {
      const { performance } = pianoPerformance(readMidi(await readFile(join(corpus, path))));
      const sounding = applyPedal(performance);
      const annotation = annotations.get(path.slice(0, 3))!;
      const map = beatMapOf(annotation, sounding);
      const piece = beatCodec.encode({ performance, map, chords: annotation.chords });
      const known = mapBetween(map, sounding[0]!.start, sounding.at(-1)!.start);
      const back = beatCodec.decode(piece.tokens, known).performance.notes;
      tokens += piece.tokens.length;
      written += piece.merged + back.length;
      notes += sounding.length;
      for (const { pitch, start, end } of sounding) {
        const played = back.filter((other) => other.pitch === pitch);
        const nearest = played.reduce((a, b) =>
          Math.abs(b.start - start) < Math.abs(a.start - start) ? b : a,
        );
        if (Math.abs(nearest.start - start) > 0.01) early++;
        const next = played[played.indexOf(nearest) + 1]?.start ?? Infinity;
        const length = Math.min(end, next) - start;
        const beats = (tickAt(known, nearest.end) - tickAt(known, nearest.start)) / 48;
        if (beats < 14 && Math.abs(nearest.end - nearest.start - length) > Math.max(0.015, 0.1 * length))
          otherwise++;
      }
    }
    expect(written).toBe(notes);
    // Where a song slows down for a beat, ticks are longer; notes that fell together have one length.
    expect(early / notes).toBeLessThan(0.01);
    expect(otherwise / notes).toBeLessThan(0.03);
    expect(tokens / notes).toBeGreaterThan(2.4);
    expect(tokens / notes).toBeLessThan(2.8);
  });
});

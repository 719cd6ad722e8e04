import { describe, expect, it } from 'vitest';
import { uniform } from '../../../model/random.js';
import { createSampler } from '../../../model/sampler.js';
import { beatsOfPiece } from '../../../music/beats/of-piece.js';
import { readMidi, writeMidi } from '../../../music/midi/index.js';
import type { Note } from '../../../music/note.js';
import { toPerformance } from '../../../music/to-performance.js';
import { liveCodec } from '../live/live.js';
import { DEFAULTS, untrained } from '../testing/play.js';
import { leadOf } from './lead.js';
import { ensembleOffline } from './offline.js';
import { scoreOf } from './score.js';

const TUNE = [60, 62, 64, 65, 67, 67, 69, 67, 65, 64, 62, 64, 60, 60, 67, 72];
const note = (pitch: number, start: number, length: number): Note => ({
  ...{ pitch, velocity: 80, start, end: start + 0.9 * length },
});

/** The tune twice, of beats as `pace` says. */
function file(pace = (_beat: number) => 0.5): Note[] {
  let time = 0;
  return [...TUNE, ...TUNE].map((pitch, beat) => {
    const begun = note(pitch, time, pace(beat));
    time += pace(beat);
    return begun;
  });
}

async function accompanied(
  notes: readonly Note[],
  bpm: number,
  options: { lead: string | null } = { lead: null },
) {
  const piece = readMidi(
    writeMidi([{ name: 'Tune', channel: 0, events: notes, pedal: [] }], { bpm, title: 'A tune' }),
  );
  const performance = toPerformance(piece);
  const sampler = createSampler(liveCodec.vocabulary.size);
  const heard: number[] = [];
  const parts = await ensembleOffline.play({
    ...{ piece, performance, from: 0, until: piece.duration, seed: 5, options },
    beats: () => beatsOfPiece(piece, performance, piece.duration),
    params: DEFAULTS as never,
    model: {
      ...{ id: 'untrained', hash: '0', metadata: {}, memory: false, engine: untrained(), codec: liveCodec },
      file: async () => null,
      createDraw: (branch) => {
        let index = 0;
        return (logits, mask) =>
          sampler.draw(logits, { temperature: 1, topK: 0, topP: 1 }, mask, uniform(5, branch, index++));
      },
    },
    progress: (share) => heard.push(share),
  });
  return { parts, heard, piece };
}

describe('a whole file', () => {
  it('gets three parts, from its first bar to its last, the same each time', async () => {
    const { parts, heard, piece } = await accompanied(file(), 120);
    expect(parts.map(({ voice }) => voice)).toEqual(['counter', 'chords', 'bass']);
    for (const { notes } of parts) {
      expect(notes.length).toBeGreaterThan(4);
      expect(notes.every(({ start, end }) => start >= 0 && start < piece.duration && end > start)).toBe(true);
    }
    const all = parts.flatMap(({ notes }) => notes);
    expect(Math.min(...all.map(({ start }) => start))).toBeLessThan(2.1);
    expect(Math.max(...all.map(({ end }) => end))).toBeGreaterThan(piece.duration - 2.1);
    expect(heard.at(-1)).toBe(1);
    expect((await accompanied(file(), 120)).parts).toEqual(parts);
  });

  it('has its bars where the melody has them, unless it says its meter', () => {
    // The long notes of a tune whose file begins half a beat before its first bar.
    const rhythm = [1, 0.5, 0.5, 1, 0.5, 0.5, 3, 0.5, 0.5];
    let at = 0.5;
    const leader = Array.from({ length: 2 }, () => [64, 64, 65, 67, 65, 64, 62, 60, 62])
      .flat()
      .map((pitch, index): Note => {
        const begun = note(pitch, at, rhythm[index % 9]!);
        at += rhythm[index % 9]!;
        return begun;
      });
    const beats = { beats: Array.from({ length: 81 }, (_, beat) => beat), bars: new Array(20).fill(4) };
    const { map } = scoreOf({ leader, all: leader, saysMeter: false }, beats, 16);
    expect(map.beats[0]! - Math.floor(map.beats[0]!)).toBeCloseTo(0.5);
    expect(scoreOf({ leader, all: leader, saysMeter: true }, beats, 12).map.beats[0]).toBe(0);
  });

  it('needs a leader', () => {
    const drums = { name: '', channel: 9, events: [note(36, 0, 1)], pedal: [] };
    const piece = readMidi(writeMidi([drums], { bpm: 120, title: '' }));
    expect(() => leadOf(piece, null)).toThrow(expect.objectContaining({ code: 'MIDI_EMPTY' }));
    const silent = readMidi(writeMidi([], { bpm: 120, title: '' }));
    expect(() => leadOf(silent, null)).toThrow(/has no notes/);
  });

  it('is led by the track that is asked for, by one that is named a melody, or by the highest', () => {
    const track = (name: string, pitch: number) => ({
      name,
      channel: 0,
      events: [note(pitch, 0, 1)],
      pedal: [],
    });
    const of = (...tracks: ReturnType<typeof track>[]) =>
      readMidi(
        writeMidi(
          tracks.map((each, channel) => ({ ...each, channel })),
          { bpm: 120, title: '' },
        ),
      );
    const piece = of(track('Flute', 90), track('Melody', 70), track('Bass', 40));
    expect(leadOf(piece, null).name).toBe('Melody');
    expect(leadOf(piece, 'bass').name).toBe('Bass');
    expect(leadOf(of(track('Flute', 90), track('Bass', 40)), null).name).toBe('Flute');
    expect(() => leadOf(piece, 'Harp')).toThrow(
      expect.objectContaining({ code: 'OPTION_VALUE', hint: 'The file has "Flute", "Melody", "Bass".' }),
    );
  });

  it('without a pulse is refused with a code', async () => {
    const free = Array.from({ length: 80 }, (_, at) =>
      note(60 + (at % 5), 0.31 * at + 0.23 * Math.sin(at * at), 0.2),
    );
    free.sort((a, b) => a.start - b.start);
    await expect(async () => accompanied(free, 120)).rejects.toThrow(
      expect.objectContaining({ code: 'BEATS_MISSING' }),
    );
  });
});

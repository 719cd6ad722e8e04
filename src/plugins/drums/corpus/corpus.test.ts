import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../../../../test/requires.js';
import { writeMidi } from '../../../music/midi/write.js';
import type { Note } from '../../../music/note.js';
import { decodeDrums } from '../codec/decode.js';
import { strokesOf } from '../codec/doubles.js';
import { encodeDrums } from '../codec/encode.js';
import { CLASS_OF } from '../codec/kit.js';
import { STYLES } from '../codec/style.js';
import { readDrumFile } from './drum-file.js';
import { statisticsOf } from './statistics.js';

const PACE = 0.6;
/** A rock beat of eighths at 100 beats a minute, `late` seconds behind the metronome, with toms in each fourth bar. */
function rock(bars: number, late = 0, offbeat = 0.5) {
  const events: Note[] = [];
  const at = (beat: number, pitch: number, velocity: number) => {
    const start = late + 1e-9 + beat * PACE;
    events.push({ pitch, velocity, start, end: start + 0.05 });
  };
  for (let bar = 0; bar < bars; bar++)
    for (let beat = 0; beat < 4; beat++) {
      const now = 4 * bar + beat;
      at(now, beat % 2 === 0 ? 36 : 38, 100);
      for (const half of [0, offbeat]) {
        if (bar % 4 === 3 && beat > 1) at(now + half, beat === 2 ? 48 : 45, 90);
        else at(now + half, 42, 60);
      }
    }
  return writeMidi([{ name: 'drums', channel: 9, events }], { bpm: 100 });
}
const NAME = 'drummer1/session1/1_rock-prog_100_beat_4-4.mid';

describe('a drummer’s file', () => {
  it('is its hits by beats, and what its name says', () => {
    const { piece, unknown } = readDrumFile(rock(4), NAME);
    expect({ ...piece, hits: piece.hits.length }).toMatchObject({ hits: 48, beatsABar: 4, fill: false });
    expect(piece.tempo).toBeCloseTo(100, 2);
    expect(STYLES[piece.style]).toBe('rock');
    expect(unknown).toBe(0);
    const { piece: fill } = readDrumFile(rock(1), 'x/2_swung-thing_100_fill_4-4.mid');
    expect([STYLES[fill.style], fill.fill]).toEqual(['any', true]);
  });

  it('is on the beat where all of it is a little late', () => {
    const { piece, late } = readDrumFile(rock(8, 0.03), NAME);
    expect(late * PACE).toBeGreaterThan(0.026);
    expect(Math.abs(piece.hits[0]!.at * PACE)).toBeLessThan(0.005);
  });

  it('is refused in a meter that has no whole number of beats', () => {
    const events = [{ pitch: 36, velocity: 90, start: 0, end: 0.1 }];
    const timeSignatures = [{ time: 0, numerator: 5, denominator: 8 }];
    const bytes = writeMidi([{ name: '', channel: 9, events }], { bpm: 100, timeSignatures });
    expect(() => readDrumFile(bytes, NAME)).toThrow(expect.objectContaining({ code: 'MIDI_TIMING' }));
  });
});

it('is counted: density, backbeat, fills where four bars end, swing', () => {
  const counted = statisticsOf(readDrumFile(rock(16), NAME).piece);
  expect(counted.density).toBeCloseTo(3);
  expect(counted.backbeat).toBe(1);
  expect(counted.fills).toBeCloseTo(0.25);
  expect(counted.fillsOnFours).toBe(1);
  expect(counted.swing).toBeCloseTo(1);
  expect(counted.syncopation).toBe(0);
  expect(statisticsOf(readDrumFile(rock(16, 0, 2 / 3), NAME).piece).swing).toBeCloseTo(2);
});

describeWith('the corpora (CONTINUO_DATA)', 'Groove', (data) => {
  const folder = join(data, 'drums/groove');
  it('keeps 96 of a hundred hits in its tokens, in their class, within 10 ms and a bin of velocity', () => {
    const files = (readdirSync(folder, { recursive: true }) as string[])
      .filter((path) => path.endsWith('_4-4.mid'))
      .sort()
      .filter((_, index) => index % 20 === 0);
    let [hits, kept] = [0, 0];
    for (const path of files) {
      const { piece, unknown } = readDrumFile(readFileSync(join(folder, path)), path);
      expect(unknown).toBe(0);
      hits += piece.hits.length;
      const left = [...piece.hits];
      for (const hit of decodeDrums(encodeDrums(piece).tokens).flatMap((hit) =>
        strokesOf(hit, 60 / piece.tempo),
      )) {
        const near = left.findIndex(
          ({ at, drum }) =>
            CLASS_OF[drum] === CLASS_OF[hit.drum] && (Math.abs(at - hit.at) * 60) / piece.tempo < 0.01,
        );
        if (near < 0) continue;
        left.splice(near, 1);
        kept++;
      }
    }
    expect(hits).toBeGreaterThan(10_000);
    expect(kept / hits).toBeGreaterThan(0.96);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Midi } from '@tonejs/midi';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Bar, barsOfTune } from '../../src/music/abc/bars.js';
import { readAbc } from '../../src/music/abc/index.js';
import { midiTrackOf } from '../../src/music/abc/to-midi/index.js';
import type { Tune } from '../../src/music/abc/tune.js';
import { TUNE_TYPES, type TuneType } from '../../src/music/abc/tune-type.js';
import { readMidi, writeMidi } from '../../src/music/midi/index.js';
import { folkCodec } from '../../src/plugins/folk/codec/index.js';
import { resolveRequest } from '../../src/plugins/folk/generate/rules.js';
import { randomTune } from './random-tune.js';

function tuneOf(type: string, meter: string, music: string): Tune {
  const [{ tune } = {}] = readAbc(`X:1\nT:x\nR:${type}\nM:${meter}\nL:1/8\nK:G\n${music}\n`);
  return tune!;
}

/** Where its notes begin, in eighth notes to the hundredth, and where the last one ends. */
function onsets(tune: Tune, lilt?: number): number[] {
  const { track, bpm } = midiTrackOf(tune, lilt);
  const eighths = (seconds: number) => Math.round((seconds * bpm * 2 * 100) / 60) / 100;
  return [...track.events.map(({ start }) => eighths(start)), eighths(track.events.at(-1)!.end)];
}

function velocities(tune: Tune, lilt?: number): number[] {
  return midiTrackOf(tune, lilt).track.events.map(({ velocity }) => velocity);
}

describe('the lilt of a type', () => {
  it('hornpipe: two to one, written even or dotted; triplets stay even', () => {
    const played = [0, 1.33, 2, 3.33, 4, 5.33, 6, 7.33, 8];
    expect(onsets(tuneOf('hornpipe', '4/4', 'GABc dcBA|'))).toEqual(played);
    expect(onsets(tuneOf('hornpipe', '4/4', 'G>AB>c d>cB>A|'))).toEqual(played);
    expect(onsets(tuneOf('hornpipe', '4/4', '(3GAB (3cBA d3 B|'))).toEqual([
      0, 0.67, 1.33, 2, 2.67, 3.33, 4, 7.33, 8,
    ]);
    // In 2/4 its pairs are sixteenths.
    expect(onsets(tuneOf('hornpipe', '2/4', 'G/A/B/c/ dB|'))).toEqual([0, 0.67, 1, 1.67, 2, 3, 4]);
  });

  it('reel: a little longer; four in the time of two keep their order within', () => {
    expect(onsets(tuneOf('reel', 'C|', 'GABc d2 cA|'))).toEqual([0, 1.08, 2, 3.08, 4, 6, 7.08, 8]);
    expect(onsets(tuneOf('reel', '4/4', 'G/A/B/c/ d6|'))).toEqual([0, 0.54, 1.08, 1.54, 2, 8]);
  });

  it('jigs: the first of three is longer, the second short, the third in its place; two for three are even', () => {
    expect(onsets(tuneOf('jig', '6/8', 'GAB c2B|'))).toEqual([0, 1.17, 2, 3, 5, 6]);
    expect(onsets(tuneOf('double jigs', '6/8', '(2GA d3|'))).toEqual([0, 1.5, 3, 6]);
    expect(onsets(tuneOf('slip jig', '9/8', 'GAB G>AB c3|'))).toEqual([0, 1.17, 2, 3, 4.58, 5, 6, 9]);
    expect(onsets(tuneOf('slide', '12/8', 'GAB c2B d3 d3|'))).toEqual([0, 1.08, 2, 3, 5, 6, 9, 12]);
  });

  it('strathspey: dots and snaps as written; polka, march, waltz and the untyped even', () => {
    expect(onsets(tuneOf('strathspey', '4/4', 'G>AB<c d2 cA|'))).toEqual([0, 1.5, 2, 2.5, 4, 6, 7, 8]);
    for (const type of ['polka', 'march', 'toy'])
      expect(onsets(tuneOf(type, '2/4', 'GABc|d2 c>B|'))).toEqual([0, 1, 2, 3, 4, 6, 7.5, 8]);
    expect(onsets(tuneOf('waltz', '3/4', 'G2 AB cd|'))).toEqual([0, 2, 3, 4, 5, 6]);
  });

  it('stresses bars and taps, the off-beat in a polka', () => {
    const over = (type: string, meter: string, music: string) =>
      velocities(tuneOf(type, meter, music)).map((velocity) => velocity - 78);
    expect(over('reel', '4/4', 'D|GABc dcBA|G8|')).toEqual([-5, 14, -5, 0, -5, 8, -5, 0, -5, 14]);
    expect(over('jig', '6/8', 'GAB cBA|')).toEqual([14, -7, 0, 8, -7, 0]);
    expect(over('polka', '2/4', 'GA Bc|')).toEqual([8, 10, 0, 10]);
    expect(over('waltz', '3/4', 'G2 A2 B2|')).toEqual([14, 0, 0]);
  });

  it('is as strong as asked: at 0 notes are as written and equally loud', () => {
    const tune = tuneOf('hornpipe', '4/4', 'GABc dcBA|');
    expect(onsets(tune, 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(velocities(tune, 0)).size).toBe(1);
    expect(onsets(tune, 0.5).slice(0, 4)).toEqual([0, 1.17, 2, 3.17]);
  });

  it('a pickup that a repeat gives back is part of its pair', () => {
    // The tune's first note begins with the music, the same note comes late the second time.
    expect(onsets(tuneOf('hornpipe', '4/4', '|:D|G4 G3:|'))).toEqual([0, 1, 5, 8.33, 9, 13, 16]);
  });

  it('goes at the usual tempo of its type', () => {
    const bpm = (type: string, meter: string) => midiTrackOf(tuneOf(type, meter, 'G|')).bpm;
    expect([bpm('reel', '4/4'), bpm('reel', 'C|'), bpm('reel', '2/4')]).toEqual([224, 224, 112]);
    expect([bpm('jig', '6/8'), bpm('slip jig', '9/8'), bpm('hornpipe', '4/4')]).toEqual([186, 216, 180]);
    expect([bpm('strathspey', '4/4'), bpm('waltz', '3/4'), bpm('waltz', '3/8')]).toEqual([116, 150, 75]);
  });
});

describe('any tune of any type', () => {
  const tunes = fc
    .record({ type: fc.constantFrom<TuneType>(...TUNE_TYPES), seed: fc.nat(1e6) })
    .map(({ type, seed }): Tune => {
      const rules = resolveRequest({ type, form: 'AABB', bars: 4, range: 'any' });
      return { ...folkCodec.decode(randomTune(rules, seed).tokens), type };
    });

  it('keeps its notes, their order, its bar lines and its length, and nothing overlaps', () => {
    fc.assert(
      fc.property(tunes, fc.double({ min: 0, max: 1, noNaN: true }), (tune, lilt) => {
        const [{ track, bpm }, straight] = [midiTrackOf(tune, lilt), midiTrackOf(tune, 0)];
        const written = straight.track.events;
        const eighth = 30 / bpm;
        expect(track.events.map(({ pitch }) => pitch)).toEqual(written.map(({ pitch }) => pitch));
        expect(track.events.at(-1)!.end).toBeCloseTo(written.at(-1)!.end, 6);
        const bar = (8 * tune.meter!.num) / tune.meter!.den;
        // All random tunes have full bars: the first bar line tells where the others are.
        const first = firstBar(tune);
        for (const [place, { start, end }] of track.events.entries()) {
          expect(end).toBeGreaterThan(start);
          const next = track.events[place + 1];
          // Notes of a chord begin together.
          if (next && next.start !== start) expect(next.start).toBeGreaterThanOrEqual(end - 1e-9);
          const [was, is] = [written[place]!.start / eighth - first, start / eighth - first];
          expect(Math.floor(is / bar + 1e-6)).toBe(Math.floor(was / bar + 1e-6));
          if (Math.abs(was / bar - Math.round(was / bar)) < 1e-6) expect(is).toBeCloseTo(was, 6);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('comes back from its MIDI file, to our reader and to Tone.js', () => {
    fc.assert(
      fc.property(tunes, (tune) => {
        const { track, bpm } = midiTrackOf(tune);
        const bytes = writeMidi([track], { bpm });
        const voices = [readMidi(bytes).tracks.flatMap(({ notes }) => notes), toneNotes(bytes)];
        for (const notes of voices) {
          expect(notes.length).toBe(track.events.length);
          for (const [place, { pitch, start, end, velocity }] of sorted(notes).entries()) {
            const sent = sorted(track.events)[place]!;
            expect([pitch, velocity]).toEqual([sent.pitch, sent.velocity]);
            expect(Math.abs(start - sent.start)).toBeLessThan(0.002);
            expect(Math.abs(end - sent.end)).toBeLessThan(0.002);
          }
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe('continuo generate folk --midi --lilt', () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-lilt-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const generate = (...args: string[]) =>
    spawnSync(process.execPath, [main, 'generate', 'folk', ...args], { encoding: 'utf8' });

  it('plays a tune as written, or with its lilt', () => {
    const [straight, lilted] = ['0', '1'].map((lilt) => {
      const { status } = generate('--type', 'hornpipe', '--seed', '4', '--midi', folder, '--lilt', lilt);
      expect(status).toBe(0);
      return readMidi(readFileSync(join(folder, 'tune-1.mid'))).tracks.flatMap(({ notes }) => notes);
    });
    // A hornpipe has 360 eighths a minute; its shortest notes are sixteenths, or three in their time.
    const off = (notes: readonly PlainNote[] | undefined) =>
      notes!.filter(({ start }) => Math.abs(start * 6 * 6 - Math.round(start * 6 * 6)) > 0.05).length;
    const late = (notes: readonly PlainNote[] | undefined) =>
      notes!.filter(({ start }) => Math.abs(((start * 6) % 1) - 1 / 3) < 0.01).length;
    expect(off(straight)).toBe(0);
    // The second of two eighths comes a third later, whether the pickup was one eighth or two; triplets are there in both.
    expect(late(lilted)).toBeGreaterThan(late(straight) + 10);
    expect(new Set(straight!.map(({ velocity }) => velocity)).size).toBe(1);
  });

  it('is refused without --midi, and outside 0 to 1', () => {
    expect(generate('--lilt', '1').stderr).toContain('--lilt goes with --midi');
    expect(generate('--midi', folder, '--lilt', '2').stderr).toContain('[OPTION_VALUE]');
  });
});

interface PlainNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly start: number;
  readonly end: number;
}

function toneNotes(bytes: Uint8Array): PlainNote[] {
  return new Midi(bytes).tracks.flatMap(({ notes }) =>
    notes.map(({ midi, velocity, time, duration }) => ({
      pitch: midi,
      velocity: Math.round(velocity * 127),
      start: time,
      end: time + duration,
    })),
  );
}

function sorted<T extends PlainNote>(notes: readonly T[]): T[] {
  return notes.toSorted((a, b) => Math.round((a.start - b.start) * 500) || a.pitch - b.pitch);
}

/** Eighth notes that its pickup lasts. */
function firstBar(tune: Tune): number {
  const [{ length }] = barsOfTune(tune) as [Bar];
  return (length.num / length.den) % ((8 * tune.meter!.num) / tune.meter!.den);
}

import { describe, expect, it } from 'vitest';
import { type Harmony, isTone } from './chord.js';
import {
  type BeatPlace,
  type HeardNote,
  type Hearing,
  harmoniesOf,
  harmonyNow,
  isChord,
  NOTHING_HEARD,
  nextBeat,
} from './listener.js';

const beat = (...pitches: number[]): HeardNote[] => pitches.map((pitch) => ({ pitch, from: 0, to: 1 }));
const place = (at: number): BeatPlace => (at % 4 === 0 ? 'bar' : at % 4 === 2 ? 'half' : 'beat');
const names = ({ root, triad }: Harmony) => `${root} ${['maj', 'min', 'dim'][triad]}`;
const C = beat(48, 60, 64, 67);
const AM = beat(45, 60, 64, 69);
const F = beat(41, 60, 65, 69);
const G = beat(43, 59, 62, 67);
const FOUR = [C, AM, F, G];

/** Chords of a bar each, so many bars. */
const bars = (count: number) => Array.from({ length: 4 * count }, (_, at) => FOUR[Math.floor(at / 4) % 4]!);

function heard(beats: readonly HeardNote[][]): Hearing {
  return beats.reduce((hearing, notes, at) => nextBeat(hearing, notes, place(at + 1)), NOTHING_HEARD);
}

describe('the harmony that a leader implies', () => {
  it('is the chord that he plays, in its key', () => {
    for (const [notes, name] of [
      [C, '0 maj'],
      [AM, '9 min'],
      [F, '5 maj'],
      [G, '7 maj'],
    ] as const) {
      const harmony = harmonyNow(heard(bars(4)), notes);
      expect(names(harmony)).toBe(name);
      expect(harmony.tonic).toBe(0);
    }
  });

  it('is expected to go round as it went', () => {
    // After four bars twice, and two beats of G, the next bar is C again, before anything of it is heard.
    const hearing = heard(bars(8));
    expect(names(harmonyNow(hearing, []))).toBe('0 maj');
    expect(names(harmonyNow(heard(bars(9)), []))).toBe('9 min');
  });

  it('is a chord of the key for a melody', () => {
    const melody = [67, 67, 69, 67, 72, 71, 71, 71, 67, 67, 69, 67, 74, 72, 72, 72].map((pitch) =>
      beat(pitch),
    );
    const all = harmoniesOf(
      melody,
      melody.map((_, at) => place(at)),
    );
    expect(new Set(all.map(({ tonic }) => tonic))).toEqual(new Set([0]));
    const fits = all.filter((harmony, at) => isTone(harmony, melody[at]![0]!.pitch));
    expect(fits.length).toBeGreaterThanOrEqual(12);
    expect(isChord(melody[0]!)).toBe(false);
    expect(isChord(C)).toBe(true);
  });

  it('stays the same where the same is heard, and leaves what was heard alone', () => {
    const hearing = heard(bars(2));
    const scores = hearing.scores.slice();
    expect(harmonyNow(hearing, F)).toEqual(harmonyNow(hearing, F));
    nextBeat(hearing, F, 'bar');
    expect(hearing.scores).toEqual(scores);
  });
});

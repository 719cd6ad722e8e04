import { describe, expect, it } from 'vitest';
import type { BeatNote } from '../../gestures/classify.js';
import { isTone } from '../chord.js';
import { planOfMelody } from './melody-plan.js';
import { type Phrase, phrasesOf, sectionsOf } from './phrases.js';

/** The melody of Beethoven's ninth: pitch, beats. */
const BEGINS = '64 1 64 1 65 1 67 1 67 1 65 1 64 1 62 1 60 1 60 1 62 1 64 1';
const FIRST = `${BEGINS} 64 1.5 62 0.5 62 2 ${BEGINS} 62 1.5 60 0.5 60 2`;
const SECOND = '62 1 62 1 64 1 60 1 62 1 64 0.5 65 0.5 64 1 60 1 62 1 64 0.5 65 0.5 64 1 62 1 60 1 62 1 55 2';
const THIRD = `${BEGINS} 62 1.5 60 0.5 60 2`;

function sung(...parts: readonly string[]): BeatNote[] {
  let start = 0;
  const numbers = parts.join(' ').split(' ').map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, index) => {
    const [pitch, beats] = [numbers[2 * index]!, numbers[2 * index + 1]!];
    const note = { pitch, velocity: 80, start, end: start + 0.9 * beats };
    start += beats;
    return note;
  });
}

const TUNE = sung(FIRST, SECOND, THIRD, SECOND, THIRD);

describe('a melody', () => {
  it('is parted into phrases, the same letter where the same is sung', () => {
    const phrases = phrasesOf(TUNE, 4, 24);
    expect(phrases.map(({ from, bars }) => [from, bars])).toEqual([0, 4, 8, 12, 16, 20].map((at) => [at, 4]));
    const letters = phrases.map(({ letter }) => letter);
    expect(letters).toEqual([0, 0, 1, 0, 1, 0]);
  });

  it('has sections: new phrases in a row, up to four, and what comes again where it was', () => {
    const of = (letters: string): Phrase[] =>
      [...letters].map((letter, at) => ({
        ...{ from: 4 * at, bars: 4, letter: letter.charCodeAt(0), sung: letter !== '-' },
      }));
    expect(sectionsOf(of('-ABCDEFABEFG')).join('')).toBe('011112211222');
    expect(sectionsOf([])).toEqual([]);
  });
});

describe('the plan of a melody', () => {
  const plan = planOfMelody(TUNE, 4, 96);

  it('has one progression a letter, and changes chords at bars and half bars alone', () => {
    expect(plan).toHaveLength(96);
    const chords = (from: number) => plan.slice(from, from + 16).map(({ harmony }) => harmony);
    expect(new Set(plan.map(({ section }) => section))).toEqual(new Set(['A']));
    expect(chords(48).slice(0, 12)).toEqual(chords(0).slice(0, 12));
    expect(chords(64)).toEqual(chords(32));
    for (const [beat, { begins }] of plan.entries()) if (begins) expect(beat % 2).toBe(0);
    const changes = plan.filter(({ begins }) => begins).length;
    expect(changes).toBeGreaterThan(12);
    expect(changes).toBeLessThanOrEqual(40);
  });

  it('comes home at the end, in the key of the melody, with chords that its strong notes are of', () => {
    expect(plan.at(-1)!.harmony).toEqual({ tonic: 0, root: 0, triad: 0 });
    expect(plan.at(-1)).toMatchObject({ bar: 3, bars: 4, cadence: 'full' });
    const strong = TUNE.filter(({ start }) => start % 2 === 0);
    const fit = strong.filter(({ start, pitch }) => isTone(plan[start]!.harmony, pitch));
    expect(fit.length / strong.length).toBeGreaterThan(0.6);
  });

  it('is in the key that the file says, where the melody leaves it open', () => {
    // Six tones, of C major and of F major.
    const open = sung('60 1 60 1 67 1 67 1 69 1 69 1 67 2 65 1 65 1 64 1 64 1 62 1 62 1 60 2');
    for (const tonic of [0, 5])
      expect(planOfMelody(open, 4, 16, [{ from: 0, tonic }])[0]!.harmony.tonic).toBe(tonic);
    expect(planOfMelody(TUNE, 4, 96, [{ from: 0, tonic: 6 }])[0]!.harmony.tonic).toBe(0);
  });

  it('is the same in another key, and goes on where nobody sings', () => {
    const higher = planOfMelody(
      TUNE.map((note) => ({ ...note, pitch: note.pitch + 3 })),
      4,
      112,
    );
    expect(higher).toHaveLength(112);
    expect(higher.slice(0, 64).map(({ harmony }) => (harmony.root + 9) % 12)).toEqual(
      planOfMelody(TUNE, 4, 112)
        .slice(0, 64)
        .map(({ harmony }) => harmony.root),
    );
  });
});

import type { ReadBar, Reading } from './reading.js';

/** Chords are named by the step of the scale on which they stand: 0 is the tonic's. */
export type Chord = number;

/** Part of a bar that has one chord: half of it, a third of a slip jig's, all of a waltz's. */
export function windowOf({ full, meter }: Pick<Reading, 'full' | 'meter'>): number {
  if (meter === '9/8') return full / 3;
  return meter === '3/4' || meter === '3/8' ? full : full / 2;
}

interface Triad {
  readonly chord: Chord;
  /** What a note of each class above the tonic says for it. (12) */
  readonly fits: readonly number[];
}

/** What root, third, fifth, the dominant's seventh and any other note say for a chord. */
const [ROOT, THIRD, FIFTH, SEVENTH, OTHER] = [1, 0.7, 0.8, 0.4, -0.7];
/** What a chord is worth by its step, before a note is heard: accompanists play I, V and IV (or VII) first. */
const PRIOR: readonly number[] = [0.15, -0.1, -0.2, 0.05, 0.1, -0.08, -0.02];
/** What it costs to change the chord, at the beginning of a bar and within it. */
const CHANGE = 0.25;
const CHANGE_WITHIN = 0.35;
/** A note at the beginning of its window counts for more, by so much of its length. */
const STRESS = 0.5;

function triadsOf({ scale, mode }: Reading): Triad[] {
  return scale.flatMap((root, chord) => {
    const at = (step: number) => scale[(chord + step) % 7]! + (chord + step >= 7 ? 12 : 0) - root;
    const [third, fifth] = [at(2), at(4)];
    // A minor tune has its leading note with the dominant.
    const thirds = mode === 'min' && chord === 4 ? [third, third + 1] : [third];
    if (fifth !== 7) return [];
    const fits = new Array<number>(12).fill(OTHER);
    if (chord === 4) fits[scale[3]! % 12] = SEVENTH;
    fits[root % 12] = ROOT;
    for (const each of thirds) fits[(root + each) % 12] = THIRD;
    fits[(root + fifth) % 12] = FIFTH;
    return [{ chord, fits }];
  });
}

/** The likeliest chord of each window of each bar, by what its notes say and how often accompanists change (Viterbi). (bar, window) */
export function chordsOf(reading: Reading, bars: readonly ReadBar[]): Chord[][] {
  const window = windowOf(reading);
  const count = Math.max(1, Math.round(reading.full / window));
  const triads = triadsOf(reading);
  const says = bars.flatMap(({ notes }) => heardIn(notes, window, count));
  let worth = triads.map(({ chord }) => PRIOR[chord]!);
  const from: number[][] = [];
  for (const [place, classes] of says.entries()) {
    const change = place % count === 0 ? CHANGE : CHANGE_WITHIN;
    const best = worth.reduce((best, value, index) => (value > worth[best]! ? index : best), 0);
    const back: number[] = [];
    worth = triads.map(({ chord, fits }, index) => {
      const leaves = place > 0 && worth[best]! - change > worth[index]!;
      back.push(leaves ? best : index);
      const said = classes.reduce((sum, weight, pitch) => sum + weight * fits[pitch]!, 0);
      return (leaves ? worth[best]! - change : worth[index]!) + said + PRIOR[chord]! / 2;
    });
    from.push(back);
  }
  let at = worth.reduce((best, value, index) => (value > worth[best]! ? index : best), 0);
  const chords: Chord[] = [];
  for (let place = says.length - 1; place >= 0; place--) {
    chords[place] = triads[at]!.chord;
    at = from[place]![at]!;
  }
  return bars.map((_, bar) => chords.slice(count * bar, count * (bar + 1)));
}

/** How much of each window each pitch class has. (window, pitch class) */
function heardIn(notes: ReadBar['notes'], window: number, count: number): number[][] {
  const heard = Array.from({ length: count }, () => new Array<number>(12).fill(0));
  for (const { at, length, pitch } of notes) {
    const pitchClass = ((pitch % 12) + 12) % 12;
    for (let index = 0; index < count; index++) {
      const begins = index * window;
      const sounds = Math.min(at + length, begins + window) - Math.max(at, begins);
      if (sounds <= 0) continue;
      const stressed = Math.abs(at - begins) < 1e-6 ? 1 + STRESS : 1;
      heard[index]![pitchClass]! += (sounds / window) * stressed;
    }
  }
  return heard;
}

import type { ReadBar, Reading } from './reading.js';

/** A chord, named by the scale step of its root: 0 is the tonic. */
export type Chord = number;

/** Length, in eighths, of the window that has one chord: half a bar, a third of a slip jig's bar, a whole bar of a waltz. */
export function windowOf({ full, meter }: Pick<Reading, 'full' | 'meter'>): number {
  if (meter === '9/8') return full / 3;
  return meter === '3/4' || meter === '3/8' ? full : full / 2;
}

interface Triad {
  readonly chord: Chord;
  /** Score of each pitch class above the tonic for this chord. Shape: (12). */
  readonly fits: readonly number[];
}

/** Scores of the root, third, fifth, the dominant's seventh and any other note for a chord. */
const [ROOT, THIRD, FIFTH, SEVENTH, OTHER] = [1, 0.7, 0.8, 0.4, -0.7];
/** Prior score of each chord, by scale step: accompanists prefer I, V and IV (or VII). */
const PRIOR: readonly number[] = [0.15, -0.1, -0.2, 0.05, 0.1, -0.08, -0.02];
/** Cost of a chord change at the start of a bar, and within it. */
const CHANGE = 0.25;
const CHANGE_WITHIN = 0.35;
/** Extra weight, as a share of its length, of a note at the start of its window. */
const STRESS = 0.5;

function triadsOf({ scale, mode }: Reading): Triad[] {
  return scale.flatMap((root, chord) => {
    const at = (step: number) => scale[(chord + step) % 7]! + (chord + step >= 7 ? 12 : 0) - root;
    const [third, fifth] = [at(2), at(4)];
    // In minor, the dominant may have the raised leading note.
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

/**
 * The most likely chord of each window of each bar, found with the Viterbi algorithm from the notes and the cost of
 * changes. Shape: (bar, window).
 */
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

/** Weight of each pitch class in each window. Shape: (window, pitch class). */
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

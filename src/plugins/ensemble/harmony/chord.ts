import type { Chord as NamedChord, Quality } from '../../../music/chords/chord.js';

/** The triads that are told apart; other chords count as the one that they contain. */
export const TRIADS = [
  [0, 4, 7],
  [0, 3, 7],
  [0, 3, 6],
] as const;
const TRIAD_OF: Readonly<Record<Quality, number>> = {
  maj: 0,
  '7': 0,
  maj7: 0,
  sus4: 0,
  sus2: 0,
  aug: 0,
  min: 1,
  min7: 1,
  dim: 2,
};
/** The degrees of a major scale; a minor key counts as that of its relative major. (semitones above its tonic) */
const SCALE = [0, 2, 4, 5, 7, 9, 11] as const;

/** What sounds under a beat. Pitch classes: 0 is C. */
export interface Harmony {
  /** The tonic of the major scale; that of A minor is C. */
  readonly tonic: number;
  readonly root: number;
  /** Index in {@link TRIADS}: major, minor, diminished. */
  readonly triad: number;
}

export const mod12 = (value: number): number => ((value % 12) + 12) % 12;

/** A chord as a triad. */
export function triadOf({ root, quality }: NamedChord): { readonly root: number; readonly triad: number } {
  return { root, triad: TRIAD_OF[quality] };
}

/** The pitch classes of the triad, root first. */
export function tonesOf({ root, triad }: Pick<Harmony, 'root' | 'triad'>): number[] {
  return TRIADS[triad]!.map((tone) => mod12(root + tone));
}

export function isTone(harmony: Pick<Harmony, 'root' | 'triad'>, pitch: number): boolean {
  return tonesOf(harmony).includes(mod12(pitch));
}

/**
 * The seven pitch classes of the scale over a chord, from the chord's root up: the key's, but that a chord tone outside of the key takes
 * the place of the degree a semitone away, as G sharp does in E major within A minor.
 */
export function scaleOver(harmony: Harmony): number[] {
  const tones = tonesOf(harmony);
  const scale = SCALE.map((degree) => mod12(harmony.tonic + degree));
  for (const tone of tones) {
    if (scale.includes(tone)) continue;
    const free = (pc: number) => !tones.includes(pc);
    const below = scale.indexOf(mod12(tone - 1));
    const above = scale.indexOf(mod12(tone + 1));
    if (below >= 0 && free(scale[below]!)) scale[below] = tone;
    else if (above >= 0 && free(scale[above]!)) scale[above] = tone;
  }
  const above = (pc: number) => mod12(pc - harmony.root);
  return scale.sort((a, b) => above(a) - above(b));
}

/** The place of a pitch in the scale over a chord, counted in scale steps from the root below C of octave -1; null where it is not of the scale. */
export function stepOf(harmony: Harmony, pitch: number): number | null {
  const degree = scaleOver(harmony).indexOf(mod12(pitch));
  if (degree < 0) return null;
  return 7 * Math.floor((pitch - harmony.root) / 12) + degree;
}

/** The pitch at a place in the scale over a chord; see {@link stepOf}. */
export function pitchAt(harmony: Harmony, step: number): number {
  const octave = Math.floor(step / 7);
  const pc = scaleOver(harmony)[step - 7 * octave]!;
  return harmony.root + 12 * octave + mod12(pc - harmony.root);
}

export function sameChord(a: Harmony, b: Harmony): boolean {
  return a.root === b.root && a.triad === b.triad;
}

/** The chord qualities of this room; other chords count as the nearest of these. */
export const QUALITIES = ['maj', 'min', '7', 'maj7', 'min7', 'sus4', 'sus2', 'dim', 'aug'] as const;
export type Quality = (typeof QUALITIES)[number];

export interface Chord {
  /** Pitch class: 0 is C. */
  readonly root: number;
  readonly quality: Quality;
}

const NAMES = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];
const SUFFIXES: Readonly<Record<Quality, string>> = {
  maj: '',
  min: 'm',
  '7': '7',
  maj7: 'maj7',
  min7: 'm7',
  sus4: 'sus4',
  sus2: 'sus2',
  dim: 'dim',
  aug: 'aug',
};

/** `A#m7`. */
export function chordWords({ root, quality }: Chord): string {
  return `${NAMES[root]}${SUFFIXES[quality]}`;
}

const LETTERS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** Shorthands of the notation without a quality of their own here, with the quality that they count as. */
const COUNTED_AS: Readonly<Record<string, Quality>> = {
  '': 'maj',
  maj6: 'maj',
  '6': 'maj',
  maj9: 'maj7',
  '9': '7',
  '11': '7',
  '13': '7',
  min6: 'min',
  min9: 'min7',
  min11: 'min7',
  minmaj7: 'min',
  dim7: 'dim',
  hdim7: 'dim',
};

/**
 * Parses a chord in the syntax of Harte and others ("Symbolic representation of musical chords", ISMIR 2005): `Bb:min7/5`. The bass is
 * ignored. Null for no chord, `N`; undefined where the text is not a chord.
 */
export function parseChord(text: string): Chord | null | undefined {
  if (text === 'N') return null;
  const found = /^([A-G])([#b]*)(?::([a-z0-9]*)(?:\([^)]*\))?)?(?:\/[#b]*\d+)?$/.exec(text);
  if (found === null) return undefined;
  const [, letter, signs, shorthand = ''] = found;
  const root = [...signs!].reduce((root, sign) => root + (sign === '#' ? 1 : -1), LETTERS[letter!]!);
  const quality = QUALITIES.find((known) => known === shorthand) ?? COUNTED_AS[shorthand];
  return quality && { root: (root + 24) % 12, quality };
}

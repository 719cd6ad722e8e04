import type { Harmony } from '../harmony/chord.js';

/** Places in a beat at which figures begin: a quarter of it. */
export const QUARTERS = 4;
/** A note that lasts beyond its beat; how long, the next gestures say. */
export const RINGS = 9;

/** One attack of a figure. */
export interface FigureAttack {
  /** Quarters of the beat, 0 to 3. */
  readonly at: number;
  /** Quarters, 1 to 4 within its beat, or {@link RINGS}. */
  readonly length: number;
  /** Of a line: steps of the scale, the first note's above the root of the chord (0 to 6), the others' from the first note. Of a hand: null. */
  readonly step: number | null;
  /** Of a hand that holds a chord: which of its tones are struck, the lowest the least bit. Of a line: 0. */
  readonly tones: number;
  /** Louder or softer than the part is on the mean at such places of the bar, in units of velocity. */
  readonly accent: number;
}

/** What a part played in one beat, without key, chord, register and tempo: a fact that several songs have in common. */
export interface Figure {
  readonly attacks: readonly FigureAttack[];
  /** How many tones the hand holds; 0 for a line. */
  readonly hand: number;
  /** How often it was played in the corpus, and in how many songs. */
  readonly count: number;
  readonly songs: number;
}

/** How a figure is written in the file: `at.length.step` or `at.length.tones`, with blanks between, after the number of the hand's tones. */
export function writeFigure({ attacks, hand }: Pick<Figure, 'attacks' | 'hand'>): string {
  const said = attacks.map(({ at, length, step, tones }) => `${at}.${length}.${step ?? tones}`);
  return `${hand} ${said.join(' ')}`;
}

/** Reads {@link writeFigure}; `accents` are those of the attacks, in order. */
export function readFigure(
  text: string,
  {
    count,
    songs,
    accents,
  }: { readonly count: number; readonly songs: number; readonly accents: readonly number[] },
): Figure {
  const [hand, ...attacks] = text.split(' ');
  const isHand = Number(hand) > 0;
  return {
    ...{ hand: Number(hand), count, songs },
    attacks: attacks.map((attack, index) => {
      const [at, length, which] = attack.split('.').map(Number) as [number, number, number];
      return {
        ...{ at, length, accent: accents[index] ?? 0 },
        ...(isHand ? { step: null, tones: which } : { step: which, tones: 0 }),
      };
    }),
  };
}

/** A beat of a part, from which a figure is taken. */
export interface PlayedBeat {
  /** The beat; notes are counted in beats. */
  readonly step: number;
  readonly harmony: Harmony;
}

/** Whether a note begins in the second half of a beat and lasts beyond it: it anticipates what comes. */
export function ringsInto({ at, length }: Pick<FigureAttack, 'at' | 'length'>): boolean {
  return 2 * at >= QUARTERS && at + length > QUARTERS;
}

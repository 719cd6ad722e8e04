import type { Phrase } from './phrases.js';

/** A stretch in which the chord stays: half a bar of four beats, a whole one of three. */
export interface Span {
  /** In beats. */
  readonly from: number;
  readonly beats: number;
  /** Place in the phrase: its first, second, third or fourth bar, and which half; 0 to 7. */
  readonly place: number;
  /** The phrase that it is of, and its place there, counted in spans. */
  readonly phrase: number;
  readonly at: number;
}

/** The bars of a phrase as those of four: the first and the last are what they are. */
function quarterOf(bar: number, bars: number): number {
  if (bar === bars - 1) return 3;
  return bar === 0 ? 0 : bar % 2 === 1 ? 1 : 2;
}

/** The spans of all phrases. `beats`: beats of a bar. */
export function placesOf(phrases: readonly Phrase[], beats: number): Span[] {
  const halves = beats === 4 ? 2 : 1;
  const length = beats / halves;
  return phrases.flatMap(({ from, bars }, phrase) =>
    Array.from({ length: bars * halves }, (_, at) => ({
      from: from * beats + at * length,
      beats: length,
      place: 2 * quarterOf(Math.floor(at / halves), bars) + (at % halves),
      phrase,
      at,
    })),
  );
}

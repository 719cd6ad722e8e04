import { MOST_BEATS } from '../../music/beats/beat-map.js';
import { beatVocabulary, KEYS } from './vocabulary.js';

type RangeName = (typeof beatVocabulary.ranges)[number]['name'];

/** What a bar can say again, whatever its velocity, micro-timing or chord: each with its classes. */
const COUNTS = { NOTE: KEYS, POSITION: 4 * MOST_BEATS, LENGTH: 36, CHORD: MOST_BEATS, BAR: 1 } as const;
export type BarElement = keyof typeof COUNTS;

/** Steps of length that count as one. */
const FINE = 4;

/** The first class of each. */
export const FIRST_CLASS: Readonly<Record<BarElement, number>> = (() => {
  let first = 0;
  return Object.fromEntries(
    Object.entries(COUNTS).map(([said, count]) => {
      first += count;
      return [said, first - count];
    }),
  ) as Record<BarElement, number>;
})();
const CLASSES = Object.values(COUNTS).reduce((sum, count) => sum + count, 0);

/** What a token says, of which class, and the root of its chord; -1 for no class, or no root. */
interface Meaning {
  readonly range: RangeName;
  /** Within what it says: a pitch from the lowest key, a sixteenth, a length, a beat. */
  readonly value: number;
  readonly kind: number;
  readonly root: number;
}

/** (token) */
export const MEANINGS: readonly Meaning[] = Array.from({ length: beatVocabulary.size }, (_, token) => {
  const { range, values } = beatVocabulary.read(token);
  const root = range === 'CHORD' ? values.root : -1;
  const of = (said: BarElement, value: number) => ({ range, value, kind: FIRST_CLASS[said] + value, root });
  switch (range) {
    case 'NOTE':
      return of('NOTE', values.pitch);
    case 'POSITION':
      return of('POSITION', values.slot);
    case 'LENGTH':
      return of('LENGTH', Math.floor((values.octave * 16 + values.fine) / FINE));
    case 'CHORD':
    case 'NO_CHORD':
      return of('CHORD', values.beat);
    case 'BAR':
      return of('BAR', 0);
    default:
      return { range, value: 0, kind: -1, root };
  }
});

/** The tokens of each class. (class) */
export const TOKENS_OF_CLASS: readonly Int32Array[] = Array.from({ length: CLASSES }, (_, kind) =>
  Int32Array.from(MEANINGS.flatMap((meaning, token) => (meaning.kind === kind ? [token] : []))),
);

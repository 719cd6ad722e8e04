import { MOST_BEATS } from '../../../../music/beats/beat-map.js';
import { beatVocabulary, KEYS } from '../codec/vocabulary.js';

type RangeName = (typeof beatVocabulary.ranges)[number]['name'];

/** The elements of a bar that can repeat, regardless of velocity, micro-timing and chord quality, with their numbers of classes. */
const COUNTS = { NOTE: KEYS, POSITION: 4 * MOST_BEATS, LENGTH: 36, CHORD: MOST_BEATS, BAR: 1 } as const;
export type BarElement = keyof typeof COUNTS;

/** Number of length steps in one class. */
const FINE = 4;

/** The first class of each element. */
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

/** The meaning of a token for recall. */
interface Meaning {
  readonly range: RangeName;
  /** Its value within the element: a pitch from the lowest key, a sixteenth, a length class, a beat. */
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

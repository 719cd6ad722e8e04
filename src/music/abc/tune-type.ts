/** Types of tune, as R: names them with blanks for hyphens. */
export const TUNE_TYPES = [
  'reel',
  'jig',
  'slip-jig',
  'hornpipe',
  'polka',
  'slide',
  'strathspey',
  'highland-fling',
  'clog',
  'air',
  'march',
  'waltz',
  'barndance',
  'mazurka',
  'schottische',
  'set-dance',
] as const;

export type TuneType = (typeof TUNE_TYPES)[number];

/** Meters in which each type is danced; the first is the default. */
export const TYPE_METERS: Readonly<Record<TuneType, readonly string[]>> = {
  reel: ['4/4', 'C|', '2/4'],
  jig: ['6/8', '9/8', '12/8'],
  'slip-jig': ['9/8'],
  // abc2midi knows hornpipes in these two meters only.
  hornpipe: ['4/4', '2/4'],
  polka: ['2/4'],
  slide: ['12/8', '6/8'],
  strathspey: ['4/4', 'C|'],
  'highland-fling': ['4/4', 'C|', '2/4'],
  clog: ['4/4', 'C|', '2/4'],
  air: ['4/4', '3/4', '6/8', '2/4', 'C|', '9/8', '12/8', '3/8'],
  march: ['4/4', '2/4', '6/8', 'C|', '9/8', '12/8', '3/4'],
  waltz: ['3/4', '3/8'],
  barndance: ['4/4', 'C|', '2/4'],
  mazurka: ['3/4', '3/8'],
  schottische: ['4/4', 'C|', '2/4'],
  'set-dance': ['4/4', 'C|', '2/4', '6/8', '9/8', '12/8'],
};

/** Other names of a type. */
const NAMES: Readonly<Record<string, TuneType>> = {
  'double jig': 'jig',
  'single jig': 'jig',
  slipjig: 'slip-jig',
  'hop jig': 'slip-jig',
  hopjig: 'slip-jig',
  'h pipe': 'hornpipe',
  fling: 'highland-fling',
  'barn dance': 'barndance',
};

/**
 * The type that an R: field names; ignores case, plurals and remarks in parentheses. undefined for other names: nothing
 * is guessed.
 */
export function tuneTypeOf(rhythm: string | undefined): TuneType | undefined {
  if (rhythm === undefined) return undefined;
  const name = rhythm
    .toLowerCase()
    .replace(/\(.*$/, '')
    .replace(/[^a-z]+/g, ' ')
    .trim();
  const singular = name.endsWith('s') ? name.slice(0, -1) : name;
  return NAMES[singular] ?? TUNE_TYPES.find((type) => type.replace('-', ' ') === singular);
}

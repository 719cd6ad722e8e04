/** Types of tune that have a token, as `R:` writes them with blanks for hyphens. */
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

/** The type that an R: field names, if it has a token: case, plurals and remarks in brackets do not count. Nothing is guessed. */
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

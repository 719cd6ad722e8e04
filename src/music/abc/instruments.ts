/**
 * Semitones by which each instrument's part is written above its sound. A name that is a key alone (`Bb`, `Eb`) means the
 * nearest transposition, which may sound an octave lower or higher than the instrument's own.
 */
const WRITTEN_ABOVE: Readonly<Record<string, number>> = {
  c: 0,
  bb: 2,
  a: 3,
  eb: -3,
  f: -5,
  g: 5,
  d: -2,
  clarinet: 2,
  'clarinet-a': 3,
  'clarinet-eb': -3,
  'bass-clarinet': 14,
  trumpet: 2,
  cornet: 2,
  flugelhorn: 2,
  'soprano-sax': 2,
  'alto-sax': 9,
  'tenor-sax': 14,
  'baritone-sax': 21,
  horn: 7,
  'english-horn': 7,
  'alto-flute': 5,
  piccolo: -12,
  guitar: 12,
  'double-bass': 12,
};

export const INSTRUMENTS: readonly string[] = Object.keys(WRITTEN_ABOVE).map((name) =>
  name.length <= 2 ? name[0]!.toUpperCase() + name.slice(1) : name,
);

/**
 * Semitones by which an instrument's part is written above its sound; undefined for an unknown name. Ignores case, and
 * reads blanks as hyphens and `♭` as `b`: `writtenAbove('Alto sax')` is 9.
 */
export function writtenAbove(instrument: string): number | undefined {
  const name = instrument
    .trim()
    .toLowerCase()
    .replace('♭', 'b')
    .replace(/[\s_]+/g, '-');
  return Object.hasOwn(WRITTEN_ABOVE, name) ? WRITTEN_ABOVE[name] : undefined;
}

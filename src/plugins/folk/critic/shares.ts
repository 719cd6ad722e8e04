/** Fraction of true values; 0 for an empty list. */
export function share(said: readonly boolean[]): number {
  return said.length === 0 ? 0 : said.filter(Boolean).length / said.length;
}

/** Arithmetic mean; 0 for an empty list. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Pitch class of a pitch given in semitones above the tonic. */
export function classOf(pitch: number): number {
  return ((pitch % 12) + 12) % 12;
}

/** The styles of the Groove MIDI Dataset; 0 stands for any. */
export const STYLES = [
  'any',
  'afrobeat',
  'afrocuban',
  'blues',
  'country',
  'dance',
  'funk',
  'gospel',
  'highlife',
  'hiphop',
  'jazz',
  'latin',
  'middleeastern',
  'neworleans',
  'pop',
  'punk',
  'reggae',
  'rock',
  'soul',
] as const;

/** Beats a minute from which a faster class begins. */
export const TEMPO_EDGES = [75, 90, 100, 110, 120, 135, 160] as const;
/** Hits a beat from which a denser class begins. */
export const DENSITY_EDGES = [2, 3, 4, 5, 6.5] as const;
/** Mean velocities from which a louder class begins. */
export const LOUDNESS_EDGES = [40, 50, 60, 70, 85] as const;

/** The class of `value`: how many of `edges` it reaches. */
export function classOf(value: number, edges: readonly number[]): number {
  return edges.filter((edge) => value >= edge).length;
}

/** A class in words. */
export function classWords(index: number, edges: readonly number[], unit: string): string {
  if (index === 0) return `under ${edges[0]} ${unit}`;
  const [from, to] = [edges[index - 1], edges[index]];
  return to === undefined ? `${from} ${unit} or more` : `${from} to ${to} ${unit}`;
}

import type { Note } from './note.js';

export interface Key {
  /** Pitch class of the tonic: 0 is C. */
  readonly tonic: number;
  readonly mode: 'major' | 'minor';
}

/**
 * How well the twelve pitch classes, from the tonic up, were judged to fit a key: the probe-tone ratings of C. L. Krumhansl
 * and E. J. Kessler, "Tracing the dynamic changes in perceived tonal organization in a spatial representation of musical
 * keys", Psychological Review 89 (1982). (semitones above the tonic)
 */
const PROFILES = {
  major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
  minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
} as const;

/** The seven degrees of a key, the minor's natural ones. (semitones above the tonic) */
const SCALES = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] } as const;

/** How long each pitch class sounds, as shares that sum to 1; all 0 where there are no notes. (pitch class) */
export function pitchClassShares(notes: readonly Note[]): Float64Array {
  const shares = new Float64Array(12);
  let total = 0;
  for (const { pitch, start, end } of notes) {
    shares[pitch % 12]! += end - start;
    total += end - start;
  }
  return total > 0 ? shares.map((seconds) => seconds / total) : shares;
}

/**
 * The key whose profile correlates best with how long the pitch classes sound (Krumhansl and Schmuckler's algorithm, in
 * Krumhansl, "Cognitive Foundations of Musical Pitch", Oxford 1990). Of equals the first: C major, C minor, then up.
 */
export function estimateKey(notes: readonly Note[]): Key {
  return keyOfShares(pitchClassShares(notes));
}

/** The same of how much each pitch class weighs. (pitch class) */
export function keyOfShares(shares: ArrayLike<number>): Key {
  let best: Key = { tonic: 0, mode: 'major' };
  let highest = Number.NEGATIVE_INFINITY;
  for (let tonic = 0; tonic < 12; tonic++) {
    for (const mode of ['major', 'minor'] as const) {
      const fit = correlation(PROFILES[mode], (degree) => shares[(tonic + degree) % 12]!);
      if (fit <= highest) continue;
      highest = fit;
      best = { tonic, mode };
    }
  }
  return best;
}

/** Share of the onsets that are degrees of `key`; NaN where there are none. */
export function inKeyShare(notes: readonly Note[], { tonic, mode }: Key): number {
  const degrees: readonly number[] = SCALES[mode];
  return notes.filter(({ pitch }) => degrees.includes((pitch - tonic + 120) % 12)).length / notes.length;
}

/** Pearson's; 0 where nothing varies. */
function correlation(profile: readonly number[], share: (degree: number) => number): number {
  const mean = profile.reduce((sum, rating) => sum + rating, 0) / 12;
  let product = 0;
  let shareMean = 0;
  for (let degree = 0; degree < 12; degree++) shareMean += share(degree) / 12;
  let profileSquares = 0;
  let shareSquares = 0;
  for (let degree = 0; degree < 12; degree++) {
    const a = profile[degree]! - mean;
    const b = share(degree) - shareMean;
    product += a * b;
    profileSquares += a * a;
    shareSquares += b * b;
  }
  const scale = Math.sqrt(profileSquares * shareSquares);
  return scale > 0 ? product / scale : 0;
}

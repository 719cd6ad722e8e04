/** Note lengths are quantised by ratio: 16 steps an octave (4 %), from 1/32 of a beat to 15 beats. */
export const STEPS_PER_OCTAVE = 16;
export const OCTAVES = 9;
const SHORTEST = 1 / 32;

/** The step nearest to a length in beats. */
export function stepOfLength(beats: number): number {
  const step = Math.round(STEPS_PER_OCTAVE * Math.log2(Math.max(SHORTEST, beats) / SHORTEST));
  return Math.min(OCTAVES * STEPS_PER_OCTAVE - 1, step);
}

/** The length of a step in beats. */
export function lengthOfStep(step: number): number {
  return SHORTEST * 2 ** (step / STEPS_PER_OCTAVE);
}

export function lengthWords(step: number): string {
  return `for ${lengthOfStep(step).toFixed(3)} beats`;
}

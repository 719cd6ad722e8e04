/**
 * The last bar of a part is drawn ahead. A mask that forbids token by token leads to where the network would not have ended: it
 * does not draw from what the network says given that the part ends there. Several particles do: each goes on under the mask and is
 * weighed by the share of the probability that the mask left it at each token, and one is kept by weight (importance sampling).
 */

/** Particles, where nothing is said: more were not seen to end better, and cost time. */
export const LOOK_AHEAD = 16;
export const MOST_PARTICLES = 256;

/** Several particles that have gone the same way. */
export interface Weighed {
  /** Of each. */
  readonly weight: number;
  /** How many they are. */
  readonly particles: number;
}

/** One of `lines`, by the weights of its particles; `u` in [0, 1) decides. The first where none weighs anything. */
export function chosen<T extends Weighed>(lines: readonly T[], u: number): T {
  let left = u * total(lines);
  return (
    lines.find((line) => {
      left -= line.weight * line.particles;
      return left < 0;
    }) ?? lines[0]!
  );
}

function total(lines: readonly Weighed[]): number {
  return lines.reduce((sum, { weight, particles }) => sum + weight * particles, 0);
}

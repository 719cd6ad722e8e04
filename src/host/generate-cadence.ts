/**
 * The last bars of a part are drawn ahead. A mask that forbids token by token leads to where the network would not have ended: it
 * does not draw from what the network says given that the part ends there. Several particles do: each goes on under the mask and is
 * weighed by the share of the probability that the mask left it at each token, and one is kept by weight (importance sampling;
 * where the weights differ much at a bar line, the particles are drawn anew by weight: Gordon, Salmond and Smith 1993).
 */

/** So many bars at a part's end are drawn ahead. */
export const CADENCE_BARS = 2;
/** Particles, where nothing is said. */
export const LOOK_AHEAD = 16;
export const MOST_PARTICLES = 256;

/** Several particles that have gone the same way. */
export interface Weighed {
  /** Of each. */
  readonly weight: number;
  readonly particles: readonly number[];
}

/** One of `lines`, by the weights of its particles; `u` in [0, 1) decides. The first where none weighs anything. */
export function chosen<T extends Weighed>(lines: readonly T[], u: number): T {
  let left = u * total(lines);
  return (
    lines.find((line) => {
      left -= line.weight * line.particles.length;
      return left < 0;
    }) ?? lines[0]!
  );
}

/**
 * How many particles each of `lines` gets where they are drawn anew by weight, as many as they are now (systematic resampling);
 * null where the weights do not differ so much that fewer than half of the particles count.
 */
export function redrawn(lines: readonly Weighed[], u: number): number[] | null {
  const count = lines.reduce((sum, { particles }) => sum + particles.length, 0);
  const sum = total(lines);
  const squares = lines.reduce((sum, { weight, particles }) => sum + weight ** 2 * particles.length, 0);
  if (!(squares > 0) || sum ** 2 >= (squares * count) / 2) return null;
  let [upTo, given] = [0, 0];
  return lines.map(({ weight, particles }) => {
    upTo += weight * particles.length;
    const before = given;
    while (given < count && (given + u) * sum < upTo * count) given++;
    return given - before;
  });
}

function total(lines: readonly Weighed[]): number {
  return lines.reduce((sum, { weight, particles }) => sum + weight * particles.length, 0);
}

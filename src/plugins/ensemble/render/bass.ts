import { mod12, scaleOver } from '../harmony/chord.js';
import { type Figure, ringsInto } from '../material/figure.js';
import type { LineContext } from './fit.js';

const COSTS = {
  /** A chord, or a bar, that does not begin with the planned bass. */
  notPlanned: 5,
  /** A semitone that the bass moves to another chord, within one; beyond a fifth; beyond an octave. */
  motion: 0.07,
  within: 0.02,
  wide: 0.12,
  jump: 30,
  /** A beat before another chord that does not end by a step from its bass. */
  noStep: 1.2,
  /** The note that was struck last, where the bass would rather move. */
  again: 1.6,
};
/** A step has so many semitones at most. */
const STEP = 2;
/** A bass comes to its next note by step from so far at least, in semitones. */
const FEWEST = 3;

/**
 * A figure's notes as the bass of the plan: its roots become the planned bass, and a last note on a weak place leads to the next chord's bass by
 * step, or is it already.
 */
export function planBass(
  shape: readonly number[],
  { attacks }: Figure,
  { chord, next, begins }: LineContext,
): number[] {
  const { harmony, bass } = chord;
  const line = shape.map((pitch) => (mod12(pitch) === harmony.root ? nearest(pitch, bass) : pitch));
  const last = line.length - 1;
  const attack = attacks[last]!;
  if (next === null || attack.at < 2 || (last === 0 && begins)) return line;
  const target = nearest(line[last]!, next.bass);
  const from = line[last - 1] ?? line[last]!;
  if (Math.abs(target - from) >= FEWEST) line[last] = stepTowards(target, from, scaleOver(harmony));
  else if (ringsInto(attack)) line[last] = target;
  return line;
}

export function bassCost(line: readonly number[], { chord, last, begins, moves, next }: LineContext): number {
  const [first] = line as [number];
  let cost = begins && mod12(first) !== chord.bass ? COSTS.notPlanned : 0;
  if (next !== null && Math.abs(mod12(line.at(-1)! - next.bass + 6) - 6) > STEP) cost += COSTS.noStep;
  let from = last;
  for (const [index, pitch] of line.entries()) {
    if (from !== undefined) {
      const moved = Math.abs(pitch - from);
      cost += (begins && index === 0 ? COSTS.motion : COSTS.within) * moved;
      cost += begins && index === 0 ? COSTS.wide * Math.max(0, moved - 7) : 0;
      if (moved > 12) cost += COSTS.jump;
      if (moved === 0 && moves && !begins) cost += COSTS.again;
    }
    from = pitch;
  }
  return cost;
}

/** The pitch of a class that is nearest to another one. */
function nearest(pitch: number, pc: number): number {
  const above = mod12(pc - pitch);
  return above > 6 ? pitch + above - 12 : pitch + above;
}

/** The note of the scale beside `target`, on the side of `from`. */
function stepTowards(target: number, from: number, scale: readonly number[]): number {
  const side = Math.sign(from - target);
  for (const away of [1, 2]) if (scale.includes(mod12(target + side * away))) return target + side * away;
  return target + 2 * side;
}

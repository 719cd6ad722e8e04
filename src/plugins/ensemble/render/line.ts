import type { Follower } from '../codec/step.js';
import { type Harmony, isTone, mod12, pitchAt, scaleOver } from '../harmony/chord.js';
import type { Figure } from '../material/figure.js';
import { bassCost, planBass } from './bass.js';
import { type Fitted, type LineContext, misfit } from './fit.js';
import { REGISTERS } from './parts.js';

const COSTS = {
  /** A semitone from the last note, and what it costs more beyond an octave. */
  motion: 0.09,
  jump: 0.5,
  /** From the middle of the register, the square. */
  astray: 0.006,
  /** A note of the second melody that lasts a quarter of a beat. */
  short: 0.5,
  /** A leap to or from a note that is not of the chord. */
  leapToForeign: 1.5,
};
/** How the second melody likes intervals to the leader: thirds and sixths best. (semitones, from 0 to 11) */
const BESIDE = [1.5, 3, 1, 0, 0, 0.6, 1.5, 0.5, 0, 0, 1, 1.5] as const;
/** So near to the leader's note that both become one line; above it, where it hides him. */
const NEAR_LEADER = 3;
const NEAR = 1.2;
const ABOVE = 0.8;

/** The cheapest way to play a figure as a line, in any octave of the register; null where it does not fit into the register. */
export function fitLine(part: Follower, figure: Figure, context: LineContext): Fitted | null {
  let best: Fitted | null = null;
  const { harmony } = context.chord;
  const { lowest, highest } = REGISTERS[part];
  const from = Math.floor((lowest - harmony.root) / 12) * 7;
  for (let octave = from; octave <= from + 42; octave += 7) {
    const first = octave + figure.attacks[0]!.step!;
    const shape = figure.attacks.map(({ step }, index) =>
      pitchAt(harmony, index === 0 ? first : first + step!),
    );
    const line = part === 'bass' ? planBass(shape, figure, context) : shape;
    if (line.some((pitch) => pitch < lowest || pitch > highest)) continue;
    const cost = costOf(part, figure, line, context);
    if (best === null || cost < best.cost) best = { pitches: line.map((pitch) => [pitch]), cost };
  }
  return best;
}

function costOf(part: Follower, figure: Figure, line: readonly number[], context: LineContext): number {
  const { chord, last } = context;
  const { middle } = REGISTERS[part];
  const [first] = line as [number];
  let cost = COSTS.astray * (first - middle) ** 2;
  if (part === 'bass') cost += bassCost(line, context);
  else if (last !== undefined) {
    const moved = Math.abs(first - last);
    cost += COSTS.motion * moved + COSTS.jump * Math.max(0, moved - 9);
  }
  let from = last;
  for (const [index, pitch] of line.entries()) {
    cost += misfit(pitch, figure.attacks[index]!.at, context);
    const wide = from !== undefined && Math.abs(pitch - from) > 4;
    if (wide && !isTone(chord.harmony, pitch)) cost += COSTS.leapToForeign;
    from = pitch;
  }
  if (part !== 'counter') return cost;
  const short = figure.attacks.filter(({ length }) => length === 1).length;
  return cost + besideLeader(first, context) + COSTS.short * short;
}

function besideLeader(pitch: number, { leader }: LineContext): number {
  if (leader.length === 0) return 0;
  const top = Math.max(...leader);
  const apart = Math.abs(top - pitch);
  return BESIDE[mod12(top - pitch)]! + (apart < NEAR_LEADER ? NEAR : 0) + (pitch > top ? ABOVE : 0);
}

/** The note under a line that makes a chord of it: the nearest tone of the chord, a third to a sixth below; over a bass, a fifth above. */
export function companion(part: Follower, pitch: number, harmony: Harmony): number | null {
  if (part === 'bass') {
    const fifth = scaleOver(harmony)[4]!;
    const above = pitch + mod12(fifth - pitch);
    return above === pitch || above > REGISTERS.bass.highest ? null : above;
  }
  for (let below = pitch - 3; below >= pitch - 9; below--) if (isTone(harmony, below)) return below;
  return null;
}

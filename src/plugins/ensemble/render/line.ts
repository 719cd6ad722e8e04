import type { Follower } from '../codec/step.js';
import { type Harmony, isTone, mod12, pitchAt, sameChord, scaleOver } from '../harmony/chord.js';
import type { Figure } from '../material/figure.js';
import { misfit, type Surroundings } from './fit.js';
import { REGISTERS } from './parts.js';

/** A figure as notes: the pitches of each attack, and how badly they fit. */
export interface Fitted {
  readonly pitches: readonly (readonly number[])[];
  readonly cost: number;
}

const COSTS = {
  /** A semitone from the last note, and what it costs more beyond an octave. */
  motion: 0.09,
  jump: 0.5,
  /** From the middle of the register, the square. */
  astray: 0.006,
  /** A bass that does not begin a chord with its root. */
  notRoot: 5,
  /** A leap to or from a note that is not of the chord. */
  leapToForeign: 1.5,
  /** So near to the leader's note that both become one line. */
  nearLeader: 1.2,
};
/** The leader's line is left free by so many semitones. */
const NEAR_LEADER = 3;

/** What a line comes from. */
export interface LineContext extends Surroundings {
  readonly last: number | undefined;
  /** The harmony before; null: none yet. */
  readonly before: Harmony | null;
  /** Whether the bar begins here. */
  readonly begins: boolean;
}

/** The cheapest way to play a figure as a line, in any octave of the register; null where it does not fit into the register. */
export function fitLine(part: Follower, figure: Figure, context: LineContext): Fitted | null {
  let best: Fitted | null = null;
  const { lowest, highest } = REGISTERS[part];
  const from = Math.floor((lowest - context.harmony.root) / 12) * 7;
  for (let octave = from; octave <= from + 42; octave += 7) {
    const first = octave + figure.attacks[0]!.step!;
    const line = figure.attacks.map(({ step }, index) =>
      pitchAt(context.harmony, index === 0 ? first : first + step!),
    );
    if (line.some((pitch) => pitch < lowest || pitch > highest)) continue;
    const cost = costOf(part, figure, line, context);
    if (best === null || cost < best.cost) best = { pitches: line.map((pitch) => [pitch]), cost };
  }
  return best;
}

function costOf(part: Follower, figure: Figure, line: readonly number[], context: LineContext): number {
  const { harmony, last, before, begins, leader } = context;
  const { middle } = REGISTERS[part];
  const [first] = line as [number];
  let cost = COSTS.astray * (first - middle) ** 2;
  if (last !== undefined) {
    const moved = Math.abs(first - last);
    cost += COSTS.motion * moved + COSTS.jump * Math.max(0, moved - 9);
  }
  const root = mod12(first) === harmony.root;
  if (part === 'bass' && !root && (begins || before === null || !sameChord(before, harmony)))
    cost += COSTS.notRoot;
  let from = last;
  for (const [index, pitch] of line.entries()) {
    cost += misfit(pitch, figure.attacks[index]!.at, context);
    const wide = from !== undefined && Math.abs(pitch - from) > 4;
    if (wide && !isTone(harmony, pitch)) cost += COSTS.leapToForeign;
    from = pitch;
  }
  if (part === 'counter')
    for (const other of leader) if (Math.abs(first - other) < NEAR_LEADER) cost += COSTS.nearLeader;
  return cost;
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

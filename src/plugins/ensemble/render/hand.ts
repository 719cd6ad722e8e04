import { type Harmony, mod12, scaleOver, tonesOf } from '../harmony/chord.js';
import type { Figure } from '../material/figure.js';
import { misfit, type Surroundings } from './fit.js';
import type { Fitted } from './line.js';
import { REGISTERS } from './parts.js';

const COSTS = {
  /** A semitone that a tone of the hand moves from the nearest one before. */
  motion: 0.16,
  astray: 0.012,
  /** A tone above the leader's line hides it. */
  aboveLeader: 0.7,
  /** A hand that leaves out the third. */
  noThird: 2.5,
};
/** From the bass's note on, so many semitones are too near. */
const ABOVE_BASS = 4;

export interface HandContext extends Surroundings {
  readonly last: readonly number[];
  readonly bass: number | undefined;
  /** Chords of four tones have their seventh. */
  readonly sevenths: boolean;
}

/** The cheapest position of a hand for a chord, and the figure played in it; null where there is none. */
export function fitHand(figure: Figure, context: HandContext): Fitted | null {
  const tones = positions(context.harmony, figure.hand > 3 && context.sevenths);
  let best: { hand: readonly number[]; cost: number } | null = null;
  for (let from = 0; from + figure.hand <= tones.length; from++) {
    const hand = tones.slice(from, from + figure.hand);
    const cost = costOf(hand, context);
    if (best === null || cost < best.cost) best = { hand, cost };
  }
  if (best === null) return null;
  const { hand, cost } = best;
  const pitches = figure.attacks.map(({ tones }) => hand.filter((_, tone) => (tones >> tone) & 1));
  return { pitches, cost };
}

/** All tones of a chord within the register, ascending. */
function positions(harmony: Harmony, seventh: boolean): number[] {
  const tones = seventh ? [...tonesOf(harmony), scaleOver(harmony)[6]!] : tonesOf(harmony);
  const { lowest, highest } = REGISTERS.chords;
  return Array.from({ length: highest - lowest + 1 }, (_, above) => lowest + above).filter((pitch) =>
    tones.includes(mod12(pitch)),
  );
}

function costOf(hand: readonly number[], context: HandContext): number {
  const { harmony, last, bass, leader } = context;
  const middle = hand.reduce((sum, pitch) => sum + pitch, 0) / hand.length;
  let cost = COSTS.astray * (middle - REGISTERS.chords.middle) ** 2;
  const top = leader.length > 0 ? Math.max(...leader) : 128;
  const third = tonesOf(harmony)[1]!;
  if (hand.length > 1 && !hand.some((pitch) => mod12(pitch) === third)) cost += COSTS.noThird;
  for (const pitch of hand) {
    if (last.length > 0) cost += COSTS.motion * Math.min(...last.map((before) => Math.abs(pitch - before)));
    if (pitch > top) cost += COSTS.aboveLeader;
    if (bass !== undefined && pitch < bass + ABOVE_BASS) cost += 2;
    // Within a chord that leader and band share, doubling him is no fault.
    cost += misfit(pitch, 0, { ...context, leader: leader.filter((other) => other !== pitch) }) / hand.length;
  }
  return cost;
}

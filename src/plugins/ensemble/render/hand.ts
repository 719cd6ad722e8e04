import { mod12, sameChord } from '../harmony/chord.js';
import { type Figure, ringsInto } from '../material/figure.js';
import { type Fitted, misfit, type Surroundings } from './fit.js';
import { REGISTERS } from './parts.js';
import type { Voicing } from './voicing.js';

const COSTS = {
  /** Another part of the hand than last time. */
  otherWindow: 4,
  /** A single tone that was the last one, too. */
  again: 0.7,
};

/** A tone that gives way to the leader's keeps so far from other parts, in semitones. */
const APART = 3;

export interface HandContext extends Surroundings {
  readonly voicing: Voicing;
  /** What is voiced of the next chord, for tones that ring into it; null: the same chord goes on. */
  readonly next: Voicing | null;
  readonly last: readonly number[];
  /** The part of the hand that played this figure here before; null: none did. */
  readonly window: number | null;
}

/** A figure played in a voicing, in the part of the hand that fits best. */
export function fitHand(figure: Figure, context: HandContext): Fitted & { readonly window: number } {
  const { voicing, next, window: before, last } = context;
  let best: (Fitted & { window: number }) | null = null;
  for (let window = 0; window <= Math.max(0, voicing.pitches.length - figure.hand); window++) {
    const hand = windowOf(voicing, window, figure.hand);
    const into = next && windowOf(next, Math.min(window, next.pitches.length - 1), figure.hand);
    const pitches = figure.attacks.map((attack) => {
      const rings = into !== null && ringsInto(attack);
      const struck = (rings ? into : hand).filter((_, tone) => (attack.tones >> tone) & 1);
      return offLeader(struck, rings ? next! : voicing, context);
    });
    let cost = before !== null && before !== window ? COSTS.otherWindow : 0;
    if (figure.hand === 1 && last.length === 1 && last[0] === hand[0]) cost += COSTS.again;
    for (const pitch of hand)
      cost +=
        misfit(pitch, 0, { ...context, leader: context.leader.filter((other) => other !== pitch) }) /
        hand.length;
    if (best === null || cost < best.cost) best = { pitches, cost, window };
  }
  return best!;
}

/**
 * Tones that do not double the leader's note, nor sound octaves above it: such a one goes an octave down, else to another tone of the voicing, and
 * is left out where neither is free.
 */
function offLeader(struck: number[], voicing: Voicing, { leader, others }: Surroundings): number[] {
  const doubles = (pitch: number) => leader.some((led) => pitch >= led && mod12(pitch - led) === 0);
  const kept = struck.filter((pitch) => !doubles(pitch));
  if (kept.length === struck.length) return struck;
  const isFree = (pitch: number) =>
    pitch >= REGISTERS.chords.lowest &&
    !kept.includes(pitch) &&
    !doubles(pitch) &&
    others.every((other) => Math.abs(other - pitch) >= APART);
  for (const pitch of struck.filter(doubles)) {
    const other = [pitch - 12, ...voicing.pitches.toReversed()].find(isFree);
    if (other !== undefined) kept.push(other);
  }
  return kept.length > 0 ? kept.sort((a, b) => a - b) : struck;
}

/** So many tones of a voicing, from the `window`th on; where it has too few, in further octaves. */
function windowOf({ pitches }: Voicing, window: number, count: number): number[] {
  const hand = pitches.slice(window, window + count);
  for (let tone = 0; hand.length < count; tone++) {
    const above = pitches[(window + tone) % pitches.length]! + 12;
    const below = pitches[pitches.length - 1 - (tone % pitches.length)]! - 12;
    if (above <= REGISTERS.chords.highest && !hand.includes(above)) hand.push(above);
    else if (!hand.includes(below)) hand.push(below);
    else hand.push(above + 12);
  }
  return hand.sort((a, b) => a - b);
}

/** Whether a voicing is still that of the chord that sounds. */
export function lasts(voicing: Voicing | null, { harmony, quality }: Voicing['chord']): voicing is Voicing {
  return voicing !== null && sameChord(voicing.chord.harmony, harmony) && voicing.chord.quality === quality;
}

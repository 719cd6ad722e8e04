import type { Mode } from '../../../music/abc/key.js';
import type { Meter } from '../../../music/abc/tune.js';
import { stepOf } from '../codec/note-signs.js';
import { evidence, USUAL } from './chords.js';
import { type BarPlan, beatOf, cadenceOf, halfOf, NO_CADENCE, registerOf } from './plan.js';
import { isVaried, NEW, VARIED, VARIED_OTHER } from './relations.js';
import { timed } from './segments.js';

/** Weight of the chord fit, as an exponent: half a bar has few notes to show its chord. */
const CHORD = 2;
/** Factor by the distance from the planned register, in bands. */
const REGISTER = [1, 0.4, 0.08, 0.02] as const;
const OTHER_CADENCE = 0.03;
/** Factor if a bar planned as new repeats another, or one planned as a variation varies none. */
const OTHER_RELATION = 0.1;

/**
 * Importance weight of a bar: how well its music matches its plan. Since a plan is derived from notes, the weight
 * selects, among bars drawn with the plan as input, those whose derived plan equals it. A single bar gives little
 * evidence of its chords, so they count by how well they fit, not by whether they fit best.
 */
export function barWorth(
  music: readonly number[],
  plan: BarPlan,
  { meter, mode }: { readonly meter: Meter | null; readonly mode: Mode },
  others: readonly (readonly number[])[],
): number {
  const { notes, length } = timed(music, meter);
  const halved = { notes, half: halfOf(length, meter), beat: beatOf(meter) };
  let weight =
    chordFit(evidence(halved, 0), plan.first, mode) * chordFit(evidence(halved, 1), plan.second, mode);
  weight *= REGISTER[Math.min(REGISTER.length - 1, Math.abs(registerOf(notes) - plan.register))]!;
  if (plan.cadence !== NO_CADENCE && cadenceOf({ notes, length }, plan.second, halved.beat) !== plan.cadence)
    weight *= OTHER_CADENCE;
  if (!related(music, plan.relation, meter, others)) weight *= OTHER_RELATION;
  return weight;
}

/**
 * Staff steps: an octave, a fifth. A wider leap across a bar line more often joins two unrelated bars than leads from
 * one to the next.
 */
const [OCTAVE, FIFTH] = [7, 4] as const;
const [OVER_OCTAVE, OVER_FIFTH] = [0.15, 0.5] as const;

/** Factor for the leap from the last note of a bar to the first of the next. */
export function leapWorth(before: readonly number[], after: readonly number[]): number {
  const [from, to] = [before.findLast(isPitch), after.find(isPitch)];
  if (from === undefined || to === undefined) return 1;
  const leap = Math.abs(stepOf(from)! - stepOf(to)!);
  return leap > OCTAVE ? OVER_OCTAVE : leap > FIFTH ? OVER_FIFTH : 1;
}

function isPitch(token: number): boolean {
  return stepOf(token) !== null;
}

/** Fit of the planned chord relative to the chord that would be heard. Where two fit equally, the more common one is heard. */
function chordFit(evidence: readonly number[], chord: number, mode: Mode): number {
  const heard = evidence.map((fit, degree) => fit + USUAL[mode][degree]!);
  return Math.exp(CHORD * (heard[chord]! - Math.max(...heard)));
}

function related(
  music: readonly number[],
  relation: number,
  meter: Meter | null,
  others: readonly (readonly number[])[],
): boolean {
  if (relation === VARIED || relation === VARIED_OTHER) {
    const { notes } = timed(music, meter);
    return others.some(
      (other) => other.join() !== music.join() && isVaried(notes, timed(other, meter).notes),
    );
  }
  return relation !== NEW || others.every((other) => other.join() !== music.join());
}

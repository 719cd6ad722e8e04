import type { Mode } from '../../../music/abc/key.js';
import type { Meter } from '../../../music/abc/tune.js';
import { stepOf } from '../codec/note-signs.js';
import { evidence, USUAL } from './chords.js';
import { type BarPlan, beatOf, cadenceOf, halfOf, NO_CADENCE, registerOf } from './plan.js';
import { isVaried, NEW, VARIED, VARIED_OTHER } from './relations.js';
import { timed } from './segments.js';

/** How much a chord that fits less well counts: half a bar has few notes to say it with. */
const CHORD = 2;
/** By how many bands a bar lies beside its register. */
const REGISTER = [1, 0.4, 0.08, 0.02] as const;
const OTHER_CADENCE = 0.03;
/** It was to be new, and says another bar again, or was to vary one, and varies none. */
const OTHER_RELATION = 0.1;

/**
 * How well a bar is what was planned of it. A plan follows from the notes: of notes drawn with a plan in mind, those that have it are
 * what is asked for. Chords are read from the bar alone, so they weigh by how well they fit rather than by which fits best.
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

/** In steps: an octave, a fifth. A leap over a bar line that is wider has stitched two bars more often than led from one to the next. */
const [OCTAVE, FIFTH] = [7, 4] as const;
const [OVER_OCTAVE, OVER_FIFTH] = [0.15, 0.5] as const;

/** What the way from the end of a bar to the beginning of the next is worth. */
export function leapWorth(before: readonly number[], after: readonly number[]): number {
  const [from, to] = [before.findLast(isPitch), after.find(isPitch)];
  if (from === undefined || to === undefined) return 1;
  const leap = Math.abs(stepOf(from)! - stepOf(to)!);
  return leap > OCTAVE ? OVER_OCTAVE : leap > FIFTH ? OVER_FIFTH : 1;
}

function isPitch(token: number): boolean {
  return stepOf(token) !== null;
}

/** The chord beside the one that would be heard, which the more usual one is where both fit. */
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

import type { PlanNote } from './segments.js';

/** Relation of a bar to an earlier one that it does not repeat exactly. */
export const RELATIONS = ['new', 'varied in the unit', 'varied of another', 'sequence'] as const;
export const [NEW, VARIED, VARIED_OTHER, SEQUENCE] = [0, 1, 2, 3] as const;

/** Two bars count as varied if they sound the same for more than this share of the bar's time. */
const VARIED_SHARE = 0.55;

/** Whether two bars sound the same for most of the time of the first. */
export function isVaried(notes: readonly PlanNote[], others: readonly PlanNote[]): boolean {
  const total = notes.reduce((sum, { length }) => sum + length, 0);
  let same = 0;
  for (const { step, at, length } of notes) {
    for (const other of others) {
      if (other.step !== step) continue;
      same += Math.max(0, Math.min(at + length, other.at + other.length) - Math.max(at, other.at));
    }
  }
  return total > 0 && same > VARIED_SHARE * total;
}

/**
 * Whether a bar is another moved up or down the scale: the same rhythm, with all notes but at most one moved by the
 * same number of steps.
 */
export function isSequence(notes: readonly PlanNote[], others: readonly PlanNote[]): boolean {
  if (notes.length !== others.length || notes.length < 4) return false;
  if (notes.some(({ at }, index) => at !== others[index]!.at)) return false;
  const shift = notes[0]!.step - others[0]!.step;
  if (shift === 0 || Math.abs(shift) > 5) return false;
  const off = notes.filter(({ step }, index) => step - others[index]!.step !== shift).length;
  return off <= 1 && notes.some(({ step }) => step !== notes[0]!.step);
}

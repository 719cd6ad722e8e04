import type { Mode } from '../../../music/abc/key.js';
import type { PlanNote } from './segments.js';

/** Number of chord degrees. A chord is named by the scale degree of its root: 0 is the tonic. */
export const DEGREES = 7;

/** How common each chord is in a mode, as a logarithm (nats): I, II, III, IV, V, VI, VII. */
export const USUAL: Readonly<Record<Mode, readonly number[]>> = {
  maj: [0, -1.3, -3, -0.8, -0.4, -1.7, -3.6],
  mix: [0, -2, -3.4, -0.8, -1, -2.2, -0.6],
  dor: [0, -2.8, -1.3, -1.1, -1.3, -3, -0.4],
  min: [0, -3.6, -1.1, -1, -1.2, -1.3, -0.5],
  phr: [0, -1, -1.5, -1, -2, -1.5, -1],
  lyd: [0, -0.8, -2, -2, -0.5, -1.5, -2],
  loc: [0, -1, -1, -1, -1, -1, -1],
};

/**
 * Score of a note by its scale degree above the chord's root: root, third and fifth count for the chord, all others
 * against it (the seventh hardly).
 */
export const FITS: readonly number[] = [1, -0.75, 0.85, -0.75, 0.75, -0.75, -0.1];

/**
 * Score for keeping the chord in the second half of a bar, and into the next bar. A change scores by the movement of
 * its root.
 */
const STAY_IN_BAR = 0.7;
const STAY_OVER_BAR = 0;
/** Shape: (degrees up). Roots more often fall a fifth or move by a step than by a third. */
const MOVE = [0, -1, -1.5, -0.7, -0.7, -1.3, -1];

/** A bar as input to chord detection, in two halves. */
export interface HalvedBar {
  readonly notes: readonly PlanNote[];
  /** Start of the second half, in eighths. */
  readonly half: number;
  readonly beat: number;
  /** Whether this bar ends a phrase, or the part. */
  readonly phraseEnds: boolean;
  readonly partEnds: boolean;
}

/**
 * The most likely chords of a sequence of bars, two per bar, found with the Viterbi algorithm. Shape: (bar), each the
 * degrees of the first and second half.
 */
export function chordsOf(bars: readonly HalvedBar[], mode: Mode): [number, number][] {
  const usual = USUAL[mode];
  const slots = bars.flatMap((bar) => [evidence(bar, 0), evidence(bar, 1)]);
  const back: number[][] = [];
  let best = slots[0]!.map((fit, degree) => fit + usual[degree]! + (degree === 0 ? 0.5 : 0));
  for (let slot = 1; slot < slots.length; slot++) {
    const inBar = slot % 2 === 1;
    const from: number[] = [];
    const next = slots[slot]!.map((fit, degree) => {
      const scores = best.map((score, before) => score + moving(before, degree, inBar));
      from[degree] = scores.indexOf(Math.max(...scores));
      return scores[from[degree]!]! + fit + usual[degree]! * 0.6 + ending(bars[(slot - 1) / 2], degree);
    });
    back.push(from);
    best = next;
  }
  const degrees = [best.indexOf(Math.max(...best))];
  for (const from of back.toReversed()) degrees.unshift(from[degrees[0]!]!);
  return bars.map((_, bar) => [degrees[2 * bar]!, degrees[2 * bar + 1]!]);
}

function moving(from: number, to: number, inBar: boolean): number {
  if (from === to) return inBar ? STAY_IN_BAR : STAY_OVER_BAR;
  return MOVE[(to - from + DEGREES) % DEGREES]!;
}

/** Bonus at the end of a phrase for the chord of the tonic or dominant; at the end of a part the tonic gains more. */
function ending(bar: HalvedBar | undefined, degree: number): number {
  if (!bar?.phraseEnds) return 0;
  if (degree === 0) return bar.partEnds ? 0.8 : 0.4;
  return degree === 4 ? 0.3 : 0;
}

/** How well the notes of half a bar fit each chord. Shape: (degree). */
export function evidence(
  { notes, half, beat }: Pick<HalvedBar, 'notes' | 'half' | 'beat'>,
  which: 0 | 1,
): number[] {
  const [from, until] = which === 0 ? [0, half] : [half, Number.POSITIVE_INFINITY];
  const weights = new Array<number>(DEGREES).fill(0);
  for (const { step, at, length } of notes) {
    const sounding = Math.min(until, at + length) - Math.max(from, at);
    if (sounding <= 0) continue;
    const strong = at === from ? 1.6 : at % beat === 0 ? 1.25 : 1;
    weights[((step % DEGREES) + DEGREES) % DEGREES]! += strong * sounding;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return weights;
  return weights.map(
    (_, root) =>
      weights.reduce((sum, weight, degree) => sum + weight * FITS[(degree - root + DEGREES) % DEGREES]!, 0) *
      (3 / total),
  );
}

import { type Fraction, fraction, multiply, ONE, ZERO } from './fraction.js';
import { brokenFactors, isTimed } from './signs.js';
import type { TuneElement } from './tune.js';

/**
 * How long each element sounds or rests, in eighth notes, with tuplets and broken rhythm applied; zero for other
 * elements. (element)
 */
export function soundingDurations(body: readonly TuneElement[]): Fraction[] {
  const durations: Fraction[] = [];
  let tuplet: { factor: Fraction; left: number } | undefined;
  /** Factor for the next note, where broken rhythm precedes it. */
  let next = ONE;
  let last = -1;
  for (const [index, element] of body.entries()) {
    durations.push(ZERO);
    if (element.kind === 'tuplet') tuplet = { factor: fraction(element.q, element.p), left: element.r };
    else if (element.kind === 'broken') {
      const { before, after } = brokenFactors(element.by);
      if (last >= 0) durations[last] = multiply(durations[last]!, before);
      next = after;
    } else if (isTimed(element)) {
      let duration = multiply(writtenDuration(element), next);
      if (tuplet) {
        duration = multiply(duration, tuplet.factor);
        if (--tuplet.left === 0) tuplet = undefined;
      }
      durations[index] = duration;
      next = ONE;
      last = index;
    }
  }
  return durations;
}

/** The length of an element without tuplets and broken rhythm. A chord lasts as long as its first note. */
function writtenDuration(element: Extract<TuneElement, { duration: Fraction }>): Fraction {
  return element.kind === 'chord' ? multiply(element.duration, element.notes[0]!.duration) : element.duration;
}

import { type Bar, barsOf, complement, fillOf, isPartEdge } from './bars.js';
import type { Fraction } from './fraction.js';
import { barLength, meterText } from './meter.js';
import type { Place, Tune, TuneElement } from './tune.js';

/** Something at a place of a tune. */
export interface Finding {
  readonly place: Place;
  readonly reason: string;
}

export interface Findings {
  /** Bars that cannot be played in their meter, repeats that do not close. */
  readonly errors: readonly Finding[];
  /** Bars at the ends of parts that do not complete one another. */
  readonly warnings: readonly Finding[];
}

/** Checks the lengths of the bars and the balance of the repeats. */
export function checkTune(tune: Tune): Findings {
  const bars = checkBars(barsOf(tune));
  const errors = [...bars.errors, ...checkRepeats(tune.body)];
  return { errors: errors.sort((a, b) => order(a.place, b.place)), warnings: bars.warnings };
}

function order(a: Place, b: Place): number {
  return a.line - b.line || a.column - b.column;
}

function checkBars(bars: readonly Bar[]): Findings {
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  const completed = new Set(jointsOf(bars).flatMap(([a, b]) => (complement(a, b) ? [a, b] : [])));
  for (const bar of bars) {
    const fill = fillOf(bar);
    if (fill === 'full') continue;
    const divided = isPartEdge(bar.before) || isPartEdge(bar.after);
    if (fill === 'long' || !divided) errors.push({ place: bar.place, reason: lengthReason(bar) });
    else if (!completed.has(bar) && !isLonePickup(bar, bars)) {
      const reason = `${lengthReason(bar)}; no bar before or after completes it`;
      warnings.push({ place: bar.place, reason });
    }
  }
  return { errors, warnings };
}

/** The pickup of a tune whose last bar is full: it completes nothing, and many a tune has it. */
function isLonePickup(bar: Bar, bars: readonly Bar[]): boolean {
  return bar === bars[0];
}

/** Bars that are played one after the other: neighbours, and the two sides of a repeat, an ending or the whole tune. */
function jointsOf(bars: readonly Bar[]): [Bar, Bar][] {
  const joints: [Bar, Bar][] = [];
  let part = bars[0];
  let repeat = bars[0];
  /** The bar that each ending of the part follows. */
  let fork: Bar | undefined;
  for (const [index, bar] of bars.entries()) {
    const last = bars[index - 1];
    if (last) joints.push([last, bar]);
    if (bar.before === 'volta') {
      if (last?.after !== ':|') fork = last;
      else if (fork) joints.push([fork, bar]);
    } else if (bar.before !== '|') {
      part = bar;
      if (bar.before !== '||') repeat = bar;
    }
    if (bar.after !== '|') joints.push([bar, part!], [bar, repeat!]);
    if (index === bars.length - 1) joints.push([bar, bars[0]!]);
  }
  return joints;
}

function lengthReason({ length, meter }: Bar): string {
  return `a bar of ${eighths(length)} in ${meterText(meter)}, which has ${eighths(barLength(meter!))}`;
}

function eighths({ num, den }: Fraction): string {
  const whole = Math.floor(num / den);
  const rest = num % den;
  const text = rest === 0 ? `${whole}` : whole === 0 ? `${rest}/${den}` : `${whole} ${rest}/${den}`;
  return `${text} ${num <= den ? 'eighth' : 'eighths'}`;
}

function checkRepeats(body: readonly TuneElement[]): Finding[] {
  const errors: Finding[] = [];
  let open: Place | undefined;
  /** A first ending that waits for its `:|`. */
  let ending: Place | undefined;
  let endings = 0;
  const unclosed = (place: Place) =>
    errors.push({ place, reason: 'a repeat that begins (|:) and never ends (:|)' });
  for (const element of body) {
    const { place } = element;
    if (element.kind === 'volta') {
      const first = element.ending.startsWith('1');
      if (!first && endings === 0)
        errors.push({ place, reason: `ending ${element.ending} without a first ending` });
      if (ending) errors.push({ place: ending, reason: 'a first ending that no repeat sign (:|) closes' });
      ending = first ? place : undefined;
      endings++;
    } else if (element.kind === 'bar' && element.line === '|:') {
      if (open) unclosed(open);
      open = place;
      endings = 0;
    } else if (element.kind === 'bar' && element.line === ':|') {
      open = undefined;
      ending = undefined;
    }
  }
  if (open) unclosed(open);
  if (ending) errors.push({ place: ending, reason: 'a first ending that no repeat sign (:|) closes' });
  return errors;
}

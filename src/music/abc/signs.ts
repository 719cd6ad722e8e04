import { type Fraction, fraction, multiply } from './fraction.js';
import type { Broken, ElementOf, TuneElement } from './tune.js';

/**
 * Appends an element. Signs that follow one another with nothing between them become one: a line that ends with `|` before
 * one that begins with `|:` has one bar line.
 */
export function append(elements: TuneElement[], element: TuneElement): void {
  const last = elements.at(-1);
  const joined = element.kind === 'volta' && last?.kind === 'bar' ? { ...element, bar: true } : element;
  const one = last && merged(last, joined);
  if (one === undefined) elements.push(joined);
  else elements[elements.length - 1] = one;
}

/** undefined where the two stay two. */
function merged(a: TuneElement, b: TuneElement): TuneElement | undefined {
  if (a.kind === 'bar' && b.kind === 'bar') return mergedBars(a, b);
  if (a.kind === 'bar' && b.kind === 'volta') return isPlain(a) ? b : undefined;
  if (a.kind === 'volta' && b.kind === 'bar') return isPlain(b) ? { ...a, bar: true } : undefined;
  if (a.kind === 'volta' && b.kind === 'volta') return { ...b, bar: a.bar || b.bar };
  // Only the last of several changes counts.
  if ((a.kind === 'key' && b.kind === 'key') || (a.kind === 'meter' && b.kind === 'meter')) return b;
  return undefined;
}

function isPlain({ line }: ElementOf<'bar'>): boolean {
  return line === '|' || line === '||';
}

function mergedBars(a: ElementOf<'bar'>, b: ElementOf<'bar'>): TuneElement | undefined {
  if (a.line === b.line || b.line === '|') return a;
  if (a.line === '|') return b;
  if (b.line === '||') return a;
  if (a.line === '||') return b;
  // `:|` and `|:` stay two; the reverse is a part without music.
  return undefined;
}

/** Elements that sound or rest: what a tuplet counts and what broken rhythm stands between. */
export function isTimed(element: TuneElement | undefined): element is ElementOf<'note' | 'rest' | 'chord'> {
  return element?.kind === 'note' || element?.kind === 'rest' || element?.kind === 'chord';
}

/**
 * Takes out the signs that want for notes: a tuplet's mark with fewer notes after it than it counts before the next mark or
 * the end; and broken rhythm with no note after it, which becomes part of the length of the note before.
 */
export function settled(elements: readonly TuneElement[]): { kept: TuneElement[]; removed: TuneElement[] } {
  const removed = new Set<TuneElement>();
  let open: { mark: TuneElement; left: number } | undefined;
  let broken: ElementOf<'broken'> | undefined;
  for (const element of elements) {
    if (element.kind === 'tuplet') {
      if (open) removed.add(open.mark);
      open = { mark: element, left: element.r };
    } else if (element.kind === 'broken') broken = element;
    else if (isTimed(element)) {
      broken = undefined;
      if (open && --open.left === 0) open = undefined;
    }
  }
  if (open) removed.add(open.mark);
  if (broken) removed.add(broken);
  const kept = elements
    .map((element, index) =>
      broken && elements[index + 1] === broken ? lengthened(element, broken.by) : element,
    )
    .filter((element) => !removed.has(element));
  return { kept, removed: [...removed] };
}

function lengthened(element: TuneElement, by: Broken): TuneElement {
  return isTimed(element)
    ? { ...element, duration: multiply(element.duration, brokenFactors(by).before) }
    : element;
}

/** What broken rhythm does to the note before and the note after. */
export function brokenFactors(by: Broken): { before: Fraction; after: Fraction } {
  const short = fraction(1, 2 ** Math.abs(by));
  const long = fraction(2 * short.den - 1, short.den);
  return by > 0 ? { before: long, after: short } : { before: short, after: long };
}

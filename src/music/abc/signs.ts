import { type Fraction, fraction, multiply } from './fraction.js';
import type { Key } from './key.js';
import type { Broken, ElementOf, Marks, Meter, TuneElement } from './tune.js';

/**
 * Appends an element, merging it with an adjacent sign where both mean one: a line that ends with `|` before one that
 * begins with `|:` has one bar line.
 */
export function append(elements: TuneElement[], element: TuneElement): void {
  const last = elements.at(-1);
  const joined = element.kind === 'volta' && last?.kind === 'bar' ? { ...element, bar: true } : element;
  const one = last && merged(last, joined);
  if (one === undefined) elements.push(joined);
  else elements[elements.length - 1] = withMarks(one, one === last ? joined : last!);
}

/** An element with another's decorations and annotations added to its own. */
export function withMarks<T extends TuneElement>(element: T, marks: Marks): T {
  const decorations = [...(element.decorations ?? []), ...(marks.decorations ?? [])];
  const annotations = [...(element.annotations ?? []), ...(marks.annotations ?? [])];
  if (decorations.length + annotations.length === 0) return element;
  return {
    ...element,
    ...(decorations.length > 0 ? { decorations } : {}),
    ...(annotations.length > 0 ? { annotations } : {}),
  };
}

/** The element that two adjacent signs merge into; undefined where they stay apart. */
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
  if (a.line === b.line) return (b.times ?? 0) > (a.times ?? 0) ? b : a;
  if (b.line === '|') return a;
  if (a.line === '|') return b;
  if (b.line === '||') return a;
  if (a.line === '||') return b;
  // `:|` before `|:` stays as two signs. The reverse is an empty part.
  return a.line === '|:' ? { ...a, line: '||' } : undefined;
}

/** Whether an element sounds or rests: tuplets count such elements, and broken rhythm joins two of them. */
export function isTimed(element: TuneElement | undefined): element is ElementOf<'note' | 'rest' | 'chord'> {
  return element?.kind === 'note' || element?.kind === 'rest' || element?.kind === 'chord';
}

/** The elements of a tune that remain, and those that were removed. */
export interface Settled {
  readonly kept: TuneElement[];
  readonly removed: TuneElement[];
}

/**
 * Removes signs that lack notes: a tuplet with too few notes before the next tuplet or the end, and broken rhythm with no
 * note after it, whose lengthening or shortening goes into the note before. Also removes changes to a key or meter that
 * already holds, which are not listed in `removed`.
 */
export function settled(elements: readonly TuneElement[], top: { key: Key; meter: Meter | null }): Settled {
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
  const left = elements
    .map((element, index) =>
      broken && elements[index + 1] === broken ? lengthened(element, broken.by) : element,
    )
    .filter((element) => !removed.has(element));
  return { kept: withoutIdleChanges(joined(left), top), removed: [...removed] };
}

function joined(elements: readonly TuneElement[]): TuneElement[] {
  const list: TuneElement[] = [];
  for (const element of elements) append(list, element);
  return list;
}

/**
 * Removes changes to the key or meter that already holds. A removal may bring two other changes together, so it repeats
 * until none is left.
 */
function withoutIdleChanges(
  elements: readonly TuneElement[],
  top: { key: Key; meter: Meter | null },
): TuneElement[] {
  const list: TuneElement[] = [];
  /** The key and meter before each change that is in the list, in order. */
  const before: Holding[] = [];
  let holding: Holding = { key: JSON.stringify(top.key), meter: JSON.stringify(top.meter) };
  for (const element of elements) {
    if (element.kind !== 'key' && element.kind !== 'meter') {
      append(list, element);
      continue;
    }
    if (list.at(-1)?.kind === element.kind) {
      // Only the last of several changes counts.
      list.pop();
      holding = before.pop()!;
    }
    const said =
      element.kind === 'key'
        ? { key: JSON.stringify(element.key) }
        : { meter: JSON.stringify(element.meter) };
    const next = { ...holding, ...said };
    if (next.key === holding.key && next.meter === holding.meter) continue;
    list.push(element);
    before.push(holding);
    holding = next;
  }
  return list.length < elements.length ? withoutIdleChanges(list, top) : list;
}

/** Key and meter as JSON, to compare. */
interface Holding {
  readonly key: string;
  readonly meter: string;
}

function lengthened(element: TuneElement, by: Broken): TuneElement {
  return isTimed(element)
    ? { ...element, duration: multiply(element.duration, brokenFactors(by).before) }
    : element;
}

/** Factors of the lengths of the notes before and after broken rhythm. */
export function brokenFactors(by: Broken): { before: Fraction; after: Fraction } {
  const short = fraction(1, 2 ** Math.abs(by));
  const long = fraction(2 * short.den - 1, short.den);
  return by > 0 ? { before: long, after: short } : { before: short, after: long };
}

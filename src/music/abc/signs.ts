import type { ElementOf, TuneElement } from './tune.js';

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

import type { TuneElement } from './tune.js';

/** Bound on the parts of one performance. */
const MOST_PARTS = 512;
const DEEPEST = 16;

/**
 * Expands an order of parts such as `AABB`, `A2B`, `((AB)3.(CD)3)2` (ABC 2.1, 3.1.9) into names, each as often as it is played.
 * undefined where it is not an order.
 */
export function partOrder(text: string): string[] | undefined {
  const said = text.replace(/[.\s,]/g, '');
  let at = 0;
  const group = (depth: number): string[] | undefined => {
    const names: string[] = [];
    while (at < said.length && said[at] !== ')') {
      let part: string[] | undefined;
      if (/[A-Za-z]/.test(said[at]!)) part = [said[at++]!];
      else if (said[at] === '(' && depth < DEEPEST) {
        at++;
        part = group(depth + 1);
        if (said[at++] !== ')') return undefined;
      }
      if (!part) return undefined;
      const [count = ''] = /^\d*/.exec(said.slice(at, at + 3)) ?? [];
      at += count.length;
      for (let time = Math.min(Number(count || 1), MOST_PARTS); time > 0 && names.length < MOST_PARTS; time--)
        names.push(...part.slice(0, MOST_PARTS));
    }
    return names.slice(0, MOST_PARTS);
  };
  const names = group(0);
  return at === said.length && names && names.length > 0 ? names : undefined;
}

/** A part of a tune: its elements are `body[first]` to `body[end - 1]`. Music before the first name has no part. */
export interface Part {
  readonly name: string;
  readonly first: number;
  readonly end: number;
}

/** The parts that P: names in the music, in the order written. */
export function partsOf(body: readonly TuneElement[]): Part[] {
  const starts: { name: string; first: number }[] = [];
  for (const [index, { part }] of body.entries()) {
    if (part === undefined) continue;
    let first = index;
    while (first > 0 && beginsWithNext(body[first - 1]!)) first--;
    starts.push({ name: part, first });
  }
  const parts = starts.map(({ name, first }, at) => ({
    name,
    first,
    end: starts[at + 1]?.first ?? body.length,
  }));
  const before = parts[0]?.first ?? 0;
  return before > 0 ? [{ name: '', first: 0, end: before }, ...parts] : parts;
}

/** Signs that stand before the music that they belong to. */
function beginsWithNext(element: TuneElement): boolean {
  return (
    element.kind === 'key' ||
    element.kind === 'meter' ||
    element.kind === 'tuplet' ||
    element.kind === 'volta' ||
    (element.kind === 'bar' && element.line === '|:')
  );
}

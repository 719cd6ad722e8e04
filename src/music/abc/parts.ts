import type { TuneElement } from './tune.js';

/** Bound on the number of parts in one performance. */
const MOST_PARTS = 512;
const DEEPEST = 16;

/**
 * Expands an order of parts such as `AABB`, `A2B` or `((AB)3.(CD)3)2` (ABC 2.1, 3.1.9) into a list of names in playing
 * order: `partOrder('A2B')` is `['A', 'A', 'B']`. undefined where the text is not an order.
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

/**
 * A named part of a tune: its elements are `body[first]` to `body[end - 1]`. Music before the first name is a part named
 * ''.
 */
export interface Part {
  readonly name: string;
  readonly first: number;
  readonly end: number;
}

/** The parts that P: fields in the music begin, in the order written. */
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

/** Whether an element belongs to the music after it. */
function beginsWithNext(element: TuneElement): boolean {
  return (
    element.kind === 'key' ||
    element.kind === 'meter' ||
    element.kind === 'tuplet' ||
    element.kind === 'volta' ||
    (element.kind === 'bar' && element.line === '|:')
  );
}

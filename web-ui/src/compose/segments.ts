/** A segment of a piece as the host counts them, such as a bar of a tune; number 0: a pickup. */
export interface Segment {
  readonly number: number;
  readonly part: string;
}

/** The noun for a segment. */
export interface Noun {
  readonly one: string;
  readonly many: string;
}

/** Normalises typed segments for the host: with bars, `bars 3 – 4, B` becomes `3-4,B`. */
export function segmentList(typed: string, { one, many }: Noun): string {
  const words = new Set([one, many, 'part', 'parts']);
  return typed
    .replace(/[–—]/g, '-')
    .replace(/\s*-\s*/g, '-')
    .split(/[\s,;]+/)
    .filter((item) => item !== '' && item !== 'and' && !words.has(item.toLowerCase()))
    .map((item) => item.toUpperCase())
    .join(',');
}

/** The numbers of the segments in a list, as far as the piece has them. */
export function segmentsOf(list: string, segments: readonly Segment[]): ReadonlySet<number> {
  const named = new Set<number>();
  for (const item of list.split(',')) {
    if (item === '') continue;
    const range = /^(\d+)(?:-(\d+))?$/.exec(item);
    const [from, to] = [Number(range?.[1]), Number(range?.[2] ?? range?.[1])];
    for (const { number, part } of segments)
      if (number > 0 && (range ? number >= from && number <= to : part.toUpperCase() === item))
        named.add(number);
  }
  return named;
}

/** Segment numbers as a list such as `3-4,7`. */
export function listOf(numbers: ReadonlySet<number>): string {
  const runs: { first: number; last: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.last === number - 1) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** Toggles a segment; with `from`, the range from that one on. */
export function toggled(chosen: ReadonlySet<number>, number: number, from?: number): ReadonlySet<number> {
  const result = new Set(chosen);
  if (from !== undefined) {
    for (let one = Math.min(from, number); one <= Math.max(from, number); one++) result.add(one);
  } else if (!result.delete(number)) result.add(number);
  return result;
}

/** A bar of a tune as the host counts them; number 0: a pickup. */
export interface TuneBar {
  readonly number: number;
  readonly part: string;
}

/** What the host reads, of what was typed: `bars 3 – 4, B` is `3-4,B`. */
export function barList(typed: string): string {
  return typed
    .replace(/\b(bars?|parts?)\b/gi, '')
    .replace(/[–—]/g, '-')
    .replace(/\s*-\s*/g, '-')
    .replace(/\b(and)\b/g, ',')
    .split(/[\s,;]+/)
    .filter((item) => item !== '')
    .map((item) => item.toUpperCase())
    .join(',');
}

/** The numbers of the bars that a list names, as far as the tune has them. */
export function barsOf(list: string, bars: readonly TuneBar[]): ReadonlySet<number> {
  const named = new Set<number>();
  for (const item of list.split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(item);
    const [from, to] = [Number(range?.[1]), Number(range?.[2] ?? range?.[1])];
    for (const { number, part } of bars)
      if (number > 0 && (range ? number >= from && number <= to : part === item)) named.add(number);
  }
  return named;
}

/** `3-4,7` */
export function listOf(numbers: ReadonlySet<number>): string {
  const runs: { first: number; last: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.last === number - 1) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** A bar is chosen or no longer; from the bar that was touched before it on, where `from` is one. */
export function toggled(chosen: ReadonlySet<number>, number: number, from?: number): ReadonlySet<number> {
  const result = new Set(chosen);
  if (from !== undefined) {
    for (let bar = Math.min(from, number); bar <= Math.max(from, number); bar++) result.add(bar);
  } else if (!result.delete(number)) result.add(number);
  return result;
}

/** Time is counted in ticks: a quantised onset is at most half of one away, 5 ms at 120 beats a minute. */
export const TICKS_PER_BEAT = 48;

/** Steps that a beat may be divided into: sixteenths, triplets of eighths and sixteenths, thirty-seconds, triplets of thirty-seconds. */
export const GRIDS = [4, 6, 8, 12] as const;

/** An onset belongs to the nearest step, to the later one where two are as near: from so many ticks before its step... */
export const EARLY = 6;
/** ...to one less after it. */
export const MICRO_TICKS = 2 * EARLY;

/** How far human onsets stray from the step that is meant, in seconds: their standard deviation. */
const JITTER = 0.02;
/** How much rarer a grid is, in nats a beat. (grid) */
const RARITY = [0, 1, 2.5, 4] as const;
/** What it costs to change the grid from beat to beat. */
const CHANGE = 2;
/** What it costs to lose a hit, since another of its class is on the same step. */
const LOSS = 8;

/** An onset, as the choice of a grid looks at it. */
export interface GridHit {
  /** Beats from the beginning. */
  readonly at: number;
  /** Of one class, one hit fits a step. */
  readonly class: number;
}

/**
 * The grid of each beat, as a place in {@link GRIDS}: the sequence under which the onsets, each strayed from a step by a Gaussian, are the
 * likeliest, all steps of a beat being as likely, and grids rare and lasting. `hits` in order of time; `beat`: its length in seconds.
 */
export function chooseGrids(hits: readonly GridHit[], beats: number, beat: number): number[] {
  const spread = JITTER / beat;
  const from: number[][] = [];
  let costs: number[] = GRIDS.map(() => 0);
  let next = 0;
  for (let number = 0; number < beats; number++) {
    const first = next;
    while (next < hits.length && hits[next]!.at < number + 1) next++;
    const own = hits.slice(first, next);
    const best = costs.map((_, grid) => cheapest(costs, grid));
    from.push(best);
    costs = best.map((before, grid) => pathCost(costs, before, grid) + costOf(own, number, grid, spread));
  }
  const grids = new Array<number>(beats);
  let grid = costs.indexOf(Math.min(...costs));
  for (let number = beats - 1; number >= 0; number--) {
    grids[number] = grid;
    grid = from[number]![grid]!;
  }
  return grids;
}

function pathCost(costs: readonly number[], before: number, grid: number): number {
  return costs[before]! + (before === grid ? 0 : CHANGE);
}

/** The grid before `grid` that costs the least. */
function cheapest(costs: readonly number[], grid: number): number {
  let best = grid;
  for (let before = 0; before < costs.length; before++)
    if (pathCost(costs, before, grid) < pathCost(costs, best, grid)) best = before;
  return best;
}

function costOf(hits: readonly GridHit[], beat: number, grid: number, spread: number): number {
  const steps = GRIDS[grid]!;
  const taken = new Set<number>();
  let cost: number = RARITY[grid]!;
  for (const hit of hits) {
    const place = (hit.at - beat) * steps;
    const step = Math.round(place);
    cost += ((place - step) / steps / spread) ** 2 / 2 + Math.log(steps);
    const key = step * 16 + hit.class;
    if (taken.has(key)) cost += LOSS;
    taken.add(key);
  }
  return cost;
}

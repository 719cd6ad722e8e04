import type { Note } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import {
  isOutside,
  measureWindows,
  WINDOW,
  WINDOW_MEASURES,
  type WindowMeasure,
  type WindowValues,
} from './piano-windows.js';

/** A measure over all windows: percentiles. */
export type Spread = Readonly<Record<'p1' | 'p25' | 'median' | 'p75' | 'p99', number>>;

/** A player over minutes. */
export interface LongPlayer {
  readonly runs: number;
  readonly windows: number;
  /** Share of the runs that have a window out of bounds. */
  readonly outside: number;
  /** Share of the runs that have a window beyond people's 99th percentile, by measure. */
  readonly beyond: Readonly<Record<WindowMeasure, number>>;
  readonly spread: Readonly<Record<WindowMeasure, Spread>>;
  /** Medians of the windows of each minute; null where nobody plays so long. (minute) */
  readonly minutes: Readonly<Record<WindowMeasure, readonly (number | null)[]>>;
}

export interface LongReport {
  /** Held-out pieces, whole. */
  readonly people: LongPlayer;
  /** (model) */
  readonly models: readonly LongPlayer[];
}

/** Music that a model went on with: times from where it began. */
export interface LongRun {
  readonly prompt: readonly Note[];
  readonly notes: readonly Note[];
}

const MEASURES = Object.keys(WINDOW_MEASURES) as WindowMeasure[];
const A_MINUTE = 60 / WINDOW;

/** Measures long runs of models (model, run) beside pieces as people played them, all by the same windows. */
export function longReport(
  pieces: readonly (readonly Note[])[],
  models: readonly (readonly LongRun[])[],
  seconds: Seconds,
): LongReport {
  // Up to where the last note begins: that it rings out is no gap.
  const played = pieces.map((notes) => measureWindows(notes, notes.at(-1)?.start ?? 0));
  const people = played.filter((windows) => windows.length > 0);
  const spread = spreadOf(people.flat());
  return {
    people: playerOf(people, spread),
    models: models.map((runs) =>
      playerOf(
        runs.map(({ prompt, notes }) => measureWindows(notes, seconds, prompt)),
        spread,
      ),
    ),
  };
}

/** `people`: the spread that runs are held against. */
function playerOf(
  runs: readonly (readonly WindowValues[])[],
  people: Readonly<Record<WindowMeasure, Spread>>,
): LongPlayer {
  const longest = Math.max(0, ...runs.map(({ length }) => length));
  const share = (is: (windows: readonly WindowValues[]) => boolean) => runs.filter(is).length / runs.length;
  return {
    runs: runs.length,
    windows: runs.flat().length,
    outside: share(isOutside),
    beyond: byMeasure((measure) =>
      share((windows) => windows.some((window) => window[measure] > people[measure].p99)),
    ),
    spread: spreadOf(runs.flat()),
    minutes: byMeasure((measure) =>
      Array.from({ length: Math.ceil(longest / A_MINUTE) }, (_, minute) => {
        const windows = runs.flatMap((run) => run.slice(A_MINUTE * minute, A_MINUTE * (minute + 1)));
        const values = sortedOf(windows, measure);
        return values.length === 0 ? null : quantile(values, 0.5);
      }),
    ),
  };
}

function spreadOf(windows: readonly WindowValues[]): Record<WindowMeasure, Spread> {
  return byMeasure((measure) => {
    const values = sortedOf(windows, measure);
    const at = (share: number) => quantile(values, share);
    return { p1: at(0.01), p25: at(0.25), median: at(0.5), p75: at(0.75), p99: at(0.99) };
  });
}

function sortedOf(windows: readonly WindowValues[], measure: WindowMeasure): number[] {
  return windows
    .map((window) => window[measure])
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
}

/** Between the two values that lie next to it. NaN of nothing. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}

function byMeasure<V>(value: (measure: WindowMeasure) => V): Record<WindowMeasure, V> {
  return Object.fromEntries(MEASURES.map((measure) => [measure, value(measure)])) as Record<WindowMeasure, V>;
}

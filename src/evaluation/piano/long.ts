import type { Note } from '../../music/note.js';
import {
  isOutside,
  measureWindows,
  WINDOW,
  WINDOW_MEASURES,
  type WindowMeasure,
  type WindowValues,
} from './windows.js';

/** Percentiles of a measure over all windows. */
export type Spread = Readonly<Record<'p1' | 'p25' | 'median' | 'p75' | 'p99', number>>;

/** A player's results over minutes, or over exchanges. */
export interface LongPlayer {
  readonly runs: number;
  /** Number of windows, or exchanges, in all runs. */
  readonly windows: number;
  /** Share of the runs with a window out of bounds. */
  readonly outside: number;
  /** Share of the runs with a window beyond people's 99th percentile, by measure. */
  readonly beyond: Readonly<Record<WindowMeasure, number>>;
  readonly spread: Readonly<Record<WindowMeasure, Spread>>;
  /** Medians of the windows of each minute, or of each group of exchanges; null where no run is that long. (stretch) */
  readonly stretches: Readonly<Record<WindowMeasure, readonly (number | null)[]>>;
}

export interface LongReport {
  readonly people: LongPlayer;
  /** How people continued from the same places; null if models start from no place. */
  readonly followed: LongPlayer | null;
  /** (model) */
  readonly models: readonly LongPlayer[];
}

/** The measured windows, or exchanges, of a run. */
export type MeasuredRun = readonly WindowValues[];

const MEASURES = Object.keys(WINDOW_MEASURES) as WindowMeasure[];
/** Windows per minute, and exchanges per group. */
export const A_MINUTE = 60 / WINDOW;
export const EXCHANGES = 10;

/** Compares runs with human playing, measured in the same windows; `stretch` windows are summarised together. */
export function longReport(
  runs: {
    readonly people: readonly MeasuredRun[];
    readonly followed: readonly MeasuredRun[] | null;
    /** (model, run) */
    readonly models: readonly (readonly MeasuredRun[])[];
  },
  stretch: number,
): LongReport {
  const people = runs.people.filter(({ length }) => length > 0);
  const spread = spreadOf(people.flat());
  const player = (of: readonly MeasuredRun[]) => playerOf(of, spread, stretch);
  return {
    people: player(people),
    followed: runs.followed === null ? null : player(runs.followed.filter(({ length }) => length > 0)),
    models: runs.models.map(player),
  };
}

/** Measures a piece as played, up to the onset of its last note: its ringing out is not a gap. */
export function measurePiece(notes: readonly Note[], prompt?: readonly Note[]): MeasuredRun {
  return measureWindows(notes, notes.at(-1)?.start ?? 0, prompt);
}

/** Summarises runs; `people` is the human spread to compare them with. */
function playerOf(
  runs: readonly MeasuredRun[],
  people: Readonly<Record<WindowMeasure, Spread>>,
  stretch: number,
): LongPlayer {
  const longest = Math.max(0, ...runs.map(({ length }) => length));
  const share = (is: (windows: MeasuredRun) => boolean) =>
    runs.length === 0 ? 0 : runs.filter(is).length / runs.length;
  return {
    runs: runs.length,
    windows: runs.flat().length,
    outside: share(isOutside),
    beyond: byMeasure((measure) =>
      share((windows) => windows.some((window) => window[measure] > people[measure].p99)),
    ),
    spread: spreadOf(runs.flat()),
    stretches: byMeasure((measure) =>
      Array.from({ length: Math.ceil(longest / stretch) }, (_, index) => {
        const windows = runs.flatMap((run) => run.slice(stretch * index, stretch * (index + 1)));
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

/** Interpolates linearly between neighbouring values. NaN for an empty list. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}

function byMeasure<V>(value: (measure: WindowMeasure) => V): Record<WindowMeasure, V> {
  return Object.fromEntries(MEASURES.map((measure) => [measure, value(measure)])) as Record<WindowMeasure, V>;
}

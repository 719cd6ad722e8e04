import { estimateKey, inKeyShare, type Key } from '../../music/key.js';
import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import { MEASURES, mean } from './measures.js';

/** Window length for long playing. */
export const WINDOW: Seconds = 30;

/** Measures of a window, with their units. NaN if it has no notes. */
export const WINDOW_MEASURES = {
  density: { title: 'notes a second', unit: '/s' },
  repeated: { title: 'pitch 4-grams that came before', unit: 'share' },
  gap: { title: 'longest time without an onset', unit: 's' },
  polyphony: { title: 'notes at once', unit: '' },
  velocity: MEASURES.velocity,
  register: MEASURES.register,
  noteLength: MEASURES.noteLength,
  inKey: { title: 'notes in the key of the beginning', unit: 'share' },
} as const;
export type WindowMeasure = keyof typeof WINDOW_MEASURES;
export type WindowValues = Readonly<Record<WindowMeasure, number>>;

/** A window beyond any of these is out of bounds: few people play like that. */
export const BOUNDS = { density: 14, repeated: 0.5, gap: 6 } as const satisfies Partial<
  Record<WindowMeasure, number>
>;

/** Pitches in a figure (an n-gram). */
const GRAM = 4;

/**
 * Measures the complete windows in `seconds` of music; notes are sorted by (start, pitch). The key is estimated from `opening`,
 * else from the first window. (window)
 */
export function measureWindows(
  notes: readonly Note[],
  seconds: Seconds,
  opening?: readonly Note[],
): WindowValues[] {
  const key = estimateKey(opening ?? notes.filter(({ start }) => start < WINDOW));
  return Array.from({ length: Math.floor(seconds / WINDOW + 1e-9) }, (_, index) =>
    measureSpan(notes, WINDOW * index, WINDOW * (index + 1), key),
  );
}

/** Measures one span of any length in the same way. */
export function measureSpan(notes: readonly Note[], from: Seconds, to: Seconds, key: Key): WindowValues {
  const within = notes.filter(({ start }) => start >= from && start < to);
  return {
    density: within.length / (to - from),
    repeated: repeatedShare(within.map(({ pitch }) => pitch)),
    gap: longestGap(within, from, to),
    polyphony: sounding(notes, from, to) / (to - from),
    velocity: mean(within.map(({ velocity }) => velocity)),
    register: mean(within.map(({ pitch }) => pitch)),
    noteLength: mean(within.map(({ start, end }) => end - start)),
    inKey: inKeyShare(within, key),
  };
}

/** Whether any window exceeds {@link BOUNDS}. */
export function isOutside(windows: readonly WindowValues[]): boolean {
  const bounds = Object.entries(BOUNDS) as [keyof typeof BOUNDS, number][];
  return windows.some((window) => bounds.some(([measure, bound]) => window[measure] > bound));
}

/** Share of the pitch 4-grams that repeat an earlier one; 0 for fewer than four pitches. */
export function repeatedShare(pitches: readonly number[]): number {
  const grams = pitches.length - GRAM + 1;
  if (grams < 1) return 0;
  const known = new Set<number>();
  for (let at = 0; at < grams; at++) {
    let gram = 0;
    for (let next = 0; next < GRAM; next++) gram = 128 * gram + pitches[at + next]!;
    known.add(gram);
  }
  return 1 - known.size / grams;
}

function longestGap(notes: readonly Note[], from: Seconds, to: Seconds): Seconds {
  let longest = 0;
  let last = from;
  for (const { start } of notes) {
    longest = Math.max(longest, start - last);
    last = start;
  }
  return Math.max(longest, to - last);
}

/** Total seconds that notes sound between two times. */
function sounding(notes: readonly Note[], from: Seconds, to: Seconds): Seconds {
  return notes.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)),
    0,
  );
}

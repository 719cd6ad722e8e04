import { estimateKey, inKeyShare, pitchClassShares } from '../../music/key.js';
import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import { pulseLag, repetition } from './repetition.js';

/** Scalar measures of a continuation, with their units. NaN if it has too few notes. */
export const MEASURES = {
  pitchClassOverlap: { title: 'pitch classes shared with the prompt', unit: 'share' },
  inKey: { title: "notes in the prompt's key", unit: 'share' },
  density: { title: 'notes a second', unit: '/s' },
  polyphony: { title: 'notes at once, while any sounds', unit: '' },
  register: { title: 'mean pitch', unit: 'MIDI' },
  velocity: { title: 'mean velocity', unit: 'MIDI' },
  noteLength: { title: 'mean note length', unit: 's' },
  longestNote: { title: 'longest note', unit: 's' },
  interOnset: { title: 'mean time between onsets', unit: 's' },
  silence: { title: 'longest silence', unit: 's' },
  repetition1: { title: 'repetition at the pulse lag', unit: 'cosine' },
  repetition2: { title: 'repetition at twice the lag', unit: 'cosine' },
  repetition4: { title: 'repetition at four times the lag', unit: 'cosine' },
} as const;
export type Measure = keyof typeof MEASURES;

/** Distributions measured of a continuation, in bins. */
export const HISTOGRAMS = {
  interOnset: { title: 'time between onsets', unit: 's', edges: octaves(0.03, 4, 2) },
  velocity: { title: 'velocity', unit: 'MIDI', edges: Array.from({ length: 17 }, (_, bin) => 8 * bin) },
  noteLength: { title: 'note length', unit: 's', edges: octaves(0.03, 16, 2) },
} as const satisfies Record<string, { title: string; unit: string; edges: readonly number[] }>;
export type HistogramName = keyof typeof HISTOGRAMS;

export interface Measured {
  readonly values: Readonly<Record<Measure, number>>;
  /** Counts; values beyond the edges fall into the outer bins. (bin) */
  readonly histograms: Readonly<Record<HistogramName, readonly number[]>>;
}

/** Onsets closer than this form one chord. */
const CHORD: Seconds = 0.03;

/**
 * Measures `seconds` of music that continue `prompt`. Both lists are sorted by start; the times of `notes` start with the
 * continuation, and no note lasts longer than it. Tokens encode the pedal as note lengths, so it shows in these and in the
 * polyphony.
 */
export function measure(prompt: readonly Note[], notes: readonly Note[], seconds: Seconds): Measured {
  const lag = pulseLag(prompt);
  const lengths = notes.map(({ start, end }) => end - start);
  const velocities = notes.map(({ velocity }) => velocity);
  const gaps = gapsOf(chords(notes, CHORD).map(({ time }) => time));
  const { sounding, area } = coverage(notes);
  return {
    values: {
      pitchClassOverlap: overlap(pitchClassShares(prompt), pitchClassShares(notes)),
      inKey: inKeyShare(notes, estimateKey(prompt)),
      density: notes.length / seconds,
      polyphony: area / sounding,
      register: mean(notes.map(({ pitch }) => pitch)),
      velocity: mean(velocities),
      noteLength: mean(lengths),
      longestNote: Math.max(0, ...lengths),
      interOnset: mean(gaps),
      silence: longestSilence(notes, seconds),
      repetition1: repetition(notes, lag),
      repetition2: repetition(notes, 2 * lag),
      repetition4: repetition(notes, 4 * lag),
    },
    histograms: {
      interOnset: histogram(gaps, HISTOGRAMS.interOnset.edges),
      velocity: histogram(velocities, HISTOGRAMS.velocity.edges),
      noteLength: histogram(lengths, HISTOGRAMS.noteLength.edges),
    },
  };
}

/** Groups notes into chords: those that begin within `width` of the chord's first note. `pitches` ascend. */
export function chords(notes: readonly Note[], width: Seconds): { time: Seconds; pitches: number[] }[] {
  const found: { time: Seconds; pitches: number[] }[] = [];
  for (const { start, pitch } of notes) {
    const chord = found.at(-1);
    if (chord && start - chord.time < width) chord.pitches.push(pitch);
    else found.push({ time: start, pitches: [pitch] });
  }
  for (const { pitches } of found) pitches.sort((a, b) => a - b);
  return found;
}

/** The longest silence between 0 and `seconds`. */
export function longestSilence(notes: readonly Note[], seconds: Seconds): Seconds {
  let longest = 0;
  let heard = 0;
  for (const { start, end } of notes) {
    longest = Math.max(longest, start - heard);
    heard = Math.max(heard, end);
  }
  return Math.max(longest, seconds - heard);
}

/** The time in which anything sounds, and the total length of all notes. */
function coverage(notes: readonly Note[]): { sounding: Seconds; area: Seconds } {
  let sounding = 0;
  let area = 0;
  let heard = 0;
  for (const { start, end } of notes) {
    area += end - start;
    sounding += Math.max(0, end - Math.max(start, heard));
    heard = Math.max(heard, end);
  }
  return { sounding, area };
}

function overlap(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, share, index) => sum + Math.min(share, b[index]!), 0);
}

function gapsOf(times: readonly Seconds[]): Seconds[] {
  return times.slice(1).map((time, index) => time - times[index]!);
}

function histogram(values: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) {
    const above = edges.findIndex((edge) => edge > value);
    const bin = above < 0 ? counts.length - 1 : Math.max(0, above - 1);
    counts[bin]!++;
  }
  return counts;
}

/** Bin edges from `from` to at least `to`, with `parts` per doubling. */
function octaves(from: number, to: number, parts: number): number[] {
  const count = Math.ceil(parts * Math.log2(to / from));
  return Array.from({ length: count + 1 }, (_, index) => from * 2 ** (index / parts));
}

/** The mean; NaN for an empty list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

import type { BeatNote } from '../../gestures/classify.js';
import { type BarOnsets, isEmpty, likeness, onsetsOf, SLOTS } from './likeness.js';

/** Bars that belong together, with the letter of what they repeat. */
export interface Phrase {
  readonly from: number;
  readonly bars: number;
  /** Phrases of one letter are sung to the same music. */
  readonly letter: number;
  /** Whether anybody sings. */
  readonly sung: boolean;
}

/** How well a phrase of so many bars fits songs, in nats. (bars) */
const LENGTHS: readonly number[] = [Number.NEGATIVE_INFINITY, -6, -2, -5, 0, -5, -3.5, -7];
/** What a joint is worth by how many beats the melody rests on its last note before the next phrase; a phrase may begin with an upbeat. */
const RESTS = [
  { beats: 4, worth: 2 },
  { beats: 3, worth: 1.6 },
  { beats: 2, worth: 1 },
  { beats: 1.5, worth: 0.4 },
] as const;
const NO_REST = -0.6;
const LONGEST_UPBEAT = 2;
const LATEST = 1.5;
/** What it is worth that something which comes again begins, or ends, at a bar line. */
const REPEAT = 1.2;
/** From this likeness on two bars are the same music. */
const ALIKE = 0.6;
/** Phrases are of one letter where their bars are so alike on the mean. */
const SAME_PHRASE = 0.5;

/** The bars' likeness to each other. (bar, bar) */
type Table = readonly (readonly (number | null)[])[];

/** Parts a melody into phrases. `beats`: beats of a bar. */
export function phrasesOf(melody: readonly BeatNote[], beats: number, bars: number): Phrase[] {
  const grid = onsetsOf(melody, beats, bars);
  const table = grid.map((bar) => grid.map((other) => likeness(bar, other)));
  const joints = jointsOf(melody, beats, { grid, table });
  const parts = segmented(joints);
  return lettered(parts, table, grid);
}

function jointsOf(
  melody: readonly BeatNote[],
  beats: number,
  { grid, table }: { readonly grid: BarOnsets; readonly table: Table },
): number[] {
  const onsets = [...new Set(melody.map(({ start }) => Math.round(start * SLOTS) / SLOTS))].sort(
    (a, b) => a - b,
  );
  let next = 0;
  return Array.from({ length: grid.length + 1 }, (_, bar) => {
    const line = bar * beats;
    while (next < onsets.length && onsets[next]! < line - LONGEST_UPBEAT) next++;
    let longest = 0;
    for (let at = next; at < onsets.length && onsets[at]! <= line + LATEST; at++)
      longest = Math.max(longest, onsets[at]! - (onsets[at - 1] ?? Number.NEGATIVE_INFINITY));
    const rest = RESTS.find(({ beats }) => longest >= beats)?.worth ?? NO_REST;
    const begins = bar < grid.length && isEmpty(grid[bar]!) !== isEmpty(grid[bar - 1] ?? new Int16Array(0));
    return (begins ? Math.max(rest, 1) : rest) + REPEAT * repeats(table, bar);
  });
}

/** Whether what is repeated elsewhere for two bars or more begins with a bar, but does not go back to the one before; 0 to 1. */
function repeats(table: Table, bar: number): number {
  let most = 0;
  for (let other = 0; other < table.length; other++) {
    if (Math.abs(other - bar) < 2) continue;
    const at = (offset: number) => table[bar + offset]?.[other + offset] ?? 0;
    const after = Math.min(at(0), at(1));
    if (after >= ALIKE && at(-1) < ALIKE) most = Math.max(most, after);
  }
  return most;
}

/** The lengths of phrases that fit the joints best. */
function segmented(joints: readonly number[]): { from: number; bars: number }[] {
  const total = joints.length - 1;
  const best = [0];
  const from = [0];
  for (let end = 1; end <= total; end++) {
    best[end] = Number.NEGATIVE_INFINITY;
    for (let bars = 1; bars < LENGTHS.length && bars <= end; bars++) {
      // The last phrase may be cut short.
      const length = end === total ? Math.max(LENGTHS[bars]!, -2) : LENGTHS[bars]!;
      const worth = best[end - bars]! + length + joints[end]!;
      if (worth > best[end]!) [best[end], from[end]] = [worth, end - bars];
    }
  }
  const parts: { from: number; bars: number }[] = [];
  for (let end = total; end > 0; end = from[end]!)
    parts.unshift({ from: from[end]!, bars: end - from[end]! });
  return parts;
}

function lettered(parts: readonly { from: number; bars: number }[], table: Table, grid: BarOnsets): Phrase[] {
  const phrases: Phrase[] = [];
  let letters = 0;
  for (const part of parts) {
    const same = phrases
      .filter((phrase) => phrase.bars === part.bars)
      .map((phrase) => ({ phrase, alike: alikeness(phrase, part, table) }))
      .sort((a, b) => b.alike - a.alike)[0];
    const silent = grid.slice(part.from, part.from + part.bars).every(isEmpty);
    const letter = same && same.alike >= SAME_PHRASE && !silent ? same.phrase.letter : letters++;
    phrases.push({ ...part, letter, sung: !silent });
  }
  return phrases;
}

/** How alike two phrases are on the mean of the bars in which both play. */
function alikeness(a: { from: number; bars: number }, b: { from: number }, table: Table): number {
  const known = Array.from({ length: a.bars }, (_, bar) => table[a.from + bar]![b.from + bar]).filter(
    (value) => value !== null && value !== undefined,
  );
  return known.length * 2 < a.bars ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** A section that has so many phrases takes in no more new ones. */
const MOST_PHRASES = 4;

/** The section of each phrase, from 0: verse, chorus and the like. What is new belongs to the section under way until that is full; what comes again, to its own. */
export function sectionsOf(phrases: readonly Phrase[]): number[] {
  const of = new Map<number, number>();
  const sections: number[] = [];
  let [last, count] = [-1, 0];
  for (const [index, { letter, sung }] of phrases.entries()) {
    const before = phrases[index - 1];
    const goesOn = before !== undefined && before.sung === sung && count < MOST_PHRASES;
    const section = of.get(letter) ?? (goesOn ? sections.at(-1)! : ++last);
    count = section === sections.at(-1) ? count + 1 : 1;
    of.set(letter, section);
    sections.push(section);
  }
  return sections;
}

import type { HeardBar } from './heard-bar.js';

/** Tried on 102 training songs of POP909 (scripts/fills-at-phrases.mjs). What speaks for a phrase that begins with a bar weighs so much: a rest before it, a repeat that begins, a change of what is played. */
const WEIGHTS = { rest: 2, repeat: 2, change: 0.45 } as const;
/** So much has to speak for a phrase. */
const THRESHOLD = 1.5;
/** A rest or a long note of so many beats is clear, and one of so many says nothing. */
const CLEAR_REST = 3.5;
const NO_REST = 0.75;
/** How much later, and earlier, than its bar line a phrase may begin, in beats. */
const LATE = 1.5;
const UPBEAT = 1.5;
/** Repeats are looked for so many bars back. */
const LONGEST_BACK = 32;
const SHORTEST_BACK = 4;
/** One that lies no whole groups of four bars back says so much less. */
const UNEVEN = 0.7;

/** Natural logarithms of how usual phrases of so many bars are beside those of four. */
const USUAL: Readonly<Record<number, number>> = {
  4: 0,
  8: 0,
  6: -0.6,
  5: -2,
  7: -2,
  3: -2.5,
  2: -2.5,
  12: -1.2,
  16: -1.2,
};
const UNUSUAL = -3;

/** How clearly a phrase begins with each bar, by what is around its bar line; 0 for the first bar. */
export function clarityOfStarts(bars: readonly HeardBar[], beatsABar: number): readonly number[] {
  return bars.map((_, bar) =>
    bar === 0
      ? 0
      : WEIGHTS.rest * restBefore(bars, bar, beatsABar) +
        WEIGHTS.repeat * repeatFrom(bars, bar) +
        WEIGHTS.change * changeAt(bars, bar),
  );
}

/** The bars that begin phrases, ascending: the likeliest sequence of phrases of usual lengths. */
export function phraseStarts(bars: readonly HeardBar[], beatsABar: number): readonly number[] {
  const clarity = clarityOfStarts(bars, beatsABar);
  const best: { score: number; from: number }[] = [{ score: 0, from: -1 }];
  const costOf = (length: number) => USUAL[length] ?? UNUSUAL;
  for (let bar = 1; bar <= bars.length; bar++) {
    let [score, from] = [Number.NEGATIVE_INFINITY, 0];
    for (let start = 0; start < bar; start++) {
      const length = bar - start;
      // The last phrase may be under way.
      const usual = bar === bars.length ? 0 : costOf(length);
      const gain = best[start]!.score + usual + (bar < bars.length ? clarity[bar]! - THRESHOLD : 0);
      if (gain > score) [score, from] = [gain, start];
    }
    best.push({ score, from });
  }
  const starts: number[] = [];
  for (let bar = best[bars.length]?.from ?? -1; bar >= 0; bar = best[bar]!.from) starts.unshift(bar);
  return starts;
}

/** From 0 to 1: how long the upper voice rests, or holds a note, before it begins around a bar line. */
function restBefore(bars: readonly HeardBar[], bar: number, beatsABar: number): number {
  const onsets: number[] = [];
  for (let at = Math.max(0, bar - 3); at <= Math.min(bar, bars.length - 1); at++)
    for (const beat of bars[at]!.upper) onsets.push(beat + (at - bar) * beatsABar);
  let longest = 0;
  for (const [index, beat] of onsets.entries())
    if (index > 0 && beat >= -UPBEAT && beat <= LATE) longest = Math.max(longest, beat - onsets[index - 1]!);
  return Math.max(0, Math.min(1, (longest - NO_REST) / (CLEAR_REST - NO_REST)));
}

/** From 0 to 1: whether what was played some bars before is played again from here on, and was not before; a figure of one bar says nothing. */
function repeatFrom(bars: readonly HeardBar[], bar: number): number {
  let best = 0;
  for (let back = SHORTEST_BACK; back <= Math.min(bar, LONGEST_BACK); back++) {
    const now = (alikeAt(bars, bar, back) + alikeAt(bars, bar + 1, back)) / 2;
    const before = bar - 1 - back < 0 ? 0 : alikeAt(bars, bar - 1, back);
    const square = back % 4 === 0 ? 1 : UNEVEN;
    best = Math.max(best, square * (now - Math.max(before, alikeAt(bars, bar, 1))));
  }
  return Math.max(0, Math.min(1, 2 * best));
}

function alikeAt(bars: readonly HeardBar[], bar: number, back: number): number {
  const [now, before] = [bars[bar], bars[bar - back]];
  return now === undefined || before === undefined ? 0 : alike(now.figure, before.figure);
}

/** The F1 overlap of two sets, each ascending. */
function alike(a: readonly number[], b: readonly number[]): number {
  let [shared, at] = [0, 0];
  for (const one of a) {
    while (at < b.length && b[at]! < one) at++;
    if (b[at] === one) shared++;
  }
  return (2 * shared) / Math.max(1, a.length + b.length);
}

/** From 0 to 1: how much denser, sparser, louder or softer the two bars from here on are than the two before. */
function changeAt(bars: readonly HeardBar[], bar: number): number {
  const mean = (from: number, of: (bar: HeardBar) => number) => {
    const some = bars.slice(Math.max(0, from), from + 2);
    return some.length === 0 ? 0 : some.reduce((sum, one) => sum + of(one), 0) / some.length;
  };
  const strokes = (from: number) => Math.log2(1 + mean(from, (one) => one.strokes));
  const loudness = (from: number) => mean(from, (one) => one.loudness) / 24;
  const change = Math.abs(strokes(bar) - strokes(bar - 2)) + Math.abs(loudness(bar) - loudness(bar - 2));
  return Math.min(1, change);
}

/** Phrases that are shorter than this are parts of others. */
const SHORTEST = 4;
/** How long phrases are is read off so many of the last. */
const REMEMBERED = 4;

/** Phrases that were heard until the end of `bars`: where the last one began, and how long they are. */
interface Phrasing {
  readonly last: number;
  readonly length: number;
}

/** What was heard of the same bars before. */
const known = new WeakMap<readonly HeardBar[], Phrasing | null>();

function phrasingOf(bars: readonly HeardBar[], beatsABar: number): Phrasing | null {
  const before = known.get(bars);
  if (before !== undefined) return before;
  const starts = phraseStarts(bars, beatsABar);
  const lengths = starts
    .slice(1)
    .map((start, index) => start - starts[index]!)
    .filter((length) => length >= SHORTEST)
    .slice(-REMEMBERED);
  const count = (length: number) => lengths.filter((other) => other === length).length;
  const found =
    lengths.length === 0
      ? null
      : {
          last: starts.at(-1)!,
          length: lengths.reduce((best, length) => (count(length) >= count(best) ? length : best)),
        };
  known.set(bars, found);
  return found;
}

/**
 * Whether the bar that begins `ahead` bars after the end of those that were heard is the last one of a phrase: as many bars after the beginning of
 * the last phrase as phrases have had. null: no phrase was heard.
 */
export function isLastOfPhrase(bars: readonly HeardBar[], beatsABar: number, ahead = 0): boolean | null {
  const phrasing = phrasingOf(bars, beatsABar);
  return phrasing === null ? null : (bars.length + ahead + 1 - phrasing.last) % phrasing.length === 0;
}

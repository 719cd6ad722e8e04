import type { ReadBar, Reading, ReadPart } from './reading.js';
import { classOf, mean, share } from './shares.js';

/** A bar repeats another if it shares at least this fraction of notes. */
const AGAIN = 0.75;
/** A bar settles on the tonic if the tonic takes at least this fraction of its time. */
const SETTLED = 0.5;

/** Bars of a part that divides into two halves of two-bar phrases: 8, 12, 16 … bars. */
interface Phrased {
  readonly bars: readonly ReadBar[];
  /** Index of the first bar of the second half. */
  readonly half: number;
}

/** Features of phrasing (repeats in or out of step, premature closes, returns of earlier endings), with bar numbers. */
export function phraseFeatures({ parts, full }: Reading) {
  const phrased = parts.flatMap(({ bars }): Phrased[] =>
    bars.length >= 8 && bars.length % 4 === 0 ? [{ bars, half: bars.length / 2 }] : [],
  );
  const late = phrased.map((part) => outOfStep(part));
  const wrong = phrased.map((part) => restartsElsewhere(part));
  const rests = phrased.map((part) => restsOf(part, full));
  const returns = parts.slice(1).map((part, index) => returnOf(part, parts.slice(0, index + 1)));
  return {
    features: {
      outOfStep: mean(late.map((bars, part) => bars.length / phrased[part]!.bars.length)),
      restartsElsewhere: share(wrong.map((bar) => bar !== null)),
      takesUp: mean(phrased.map(takenUp)),
      midCloses: share(rests.map(({ middle }) => middle)),
      earlyCloses: share(rests.map(({ early }) => early)),
      closesTwice: share(rests.map(({ twice }) => twice)),
      sameClose: mean(phrased.map(({ bars, half }) => likeness(bars.at(-1)!, bars[half - 1]!))),
      returnLeap: mean(returns.map(({ leap }) => leap)),
      returnDrop: mean(returns.map(({ drop }) => drop)),
    },
    places: {
      outOfStep: late.flat(),
      restartsElsewhere: wrong.flatMap((said) => said ?? []),
      closesTwice: rests.flatMap(({ twice, last }) => (twice ? [last] : [])),
    },
  };
}

/** Fraction of notes that two bars have in common, with equal onset and pitch. */
function likeness({ notes }: ReadBar, { notes: others }: ReadBar): number {
  const same = notes.filter(({ at, pitch }) =>
    others.some((other) => other.pitch === pitch && Math.abs(other.at - at) < 1e-3),
  );
  return same.length / Math.max(1, notes.length, others.length);
}

function again(bar: ReadBar, earlier: ReadBar): boolean {
  return likeness(bar, earlier) >= AGAIN;
}

/** Bars that repeat a bar an odd number of bars earlier and not within a pair: two- and four-bar phrases do not do so. */
function outOfStep({ bars }: Phrased): number[] {
  return bars.flatMap((bar, at) => {
    const from = bars.slice(0, at).flatMap((earlier, place) => (again(bar, earlier) ? [place] : []));
    const odd = from.some((place) => (at - place) % 2 === 1 && place >> 1 !== at >> 1);
    return odd && !from.some((place) => (at - place) % 2 === 0) ? [bar.number] : [];
  });
}

/** Finds a second half that begins like a bar of the first half other than its first; null if it does not. */
function restartsElsewhere({ bars, half }: Phrased): { bar: number; as: number } | null {
  const bar = bars[half]!;
  if (again(bar, bars[0]!)) return null;
  const other = bars.slice(1, half).find((earlier) => again(bar, earlier));
  return other ? { bar: bar.number, as: other.number } : null;
}

/** Similarity of the second half's first two bars to the first half's. */
function takenUp({ bars, half }: Phrased): number {
  return mean([0, 1].map((bar) => likeness(bars[half + bar]!, bars[bar]!)));
}

/** Where a part settles on the tonic before its end, and whether it settles twice there. */
function restsOf({ bars, half }: Phrased, full: number) {
  const settled = bars.map((bar) => settles(bar, full));
  const count = bars.length;
  return {
    last: bars[count - 1]!.number,
    middle: settled[half - 1]!,
    early: settled[half - 2]! || settled[count - 3]!,
    twice: settled[count - 2]! && settled[count - 1]!,
  };
}

function settles({ notes }: ReadBar, full: number): boolean {
  const tonic = notes.filter(({ pitch }) => classOf(pitch) === 0);
  const sounds = notes.reduce((sum, { length }) => sum + length, 0);
  const onTonic = tonic.reduce((sum, { length }) => sum + length, 0);
  const middle = notes.findLast(({ at }) => at <= full / 2 + 1e-3);
  return onTonic >= SETTLED * sounds - 1e-3 && middle !== undefined && classOf(middle.pitch) === 0;
}

/**
 * The return of a later part to the closing bars of an earlier one: the interval into them, and the fall in mean
 * pitch. Semitones; 0 if there is no such return.
 */
function returnOf({ bars }: ReadPart, earlier: readonly ReadPart[]) {
  const copied = Math.max(...earlier.map(({ bars: others }) => sameEnd(bars, others)));
  const first = bars.length - copied;
  const [before, back] = [bars[first - 1], bars[first]];
  if (copied === 0 || !before || !back || before.notes.length === 0 || back.notes.length === 0)
    return { leap: 0, drop: 0 };
  const middle = ({ notes }: ReadBar) => mean(notes.map(({ pitch }) => pitch));
  return {
    leap: Math.abs(back.notes[0]!.pitch - before.notes.at(-1)!.pitch),
    drop: middle(before) - middle(back),
  };
}

/** Number of bars that the ends of two parts have in common. */
function sameEnd(bars: readonly ReadBar[], others: readonly ReadBar[]): number {
  let count = 0;
  while (count < bars.length && count < others.length && again(bars.at(-1 - count)!, others.at(-1 - count)!))
    count++;
  return count;
}

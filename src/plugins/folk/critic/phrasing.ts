import type { ReadBar, Reading, ReadPart } from './reading.js';
import { classOf, mean, share } from './shares.js';

/** Of its notes, so many are another bar's: it comes again. */
const AGAIN = 0.75;
/** Of its time, so much on the tonic: a bar settles there. */
const SETTLED = 0.5;

/** Bars of a part that answers itself in halves of two bars and two: 8, 12, 16. */
interface Phrased {
  readonly bars: readonly ReadBar[];
  /** Index of the second half's first bar. */
  readonly half: number;
}

/** Whether parts are in step with themselves, where they come to rest, and how later ones return: with the bars where. */
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

/** Share of the notes of two bars that begin at one place with one pitch. */
function likeness({ notes }: ReadBar, { notes: others }: ReadBar): number {
  const same = notes.filter(({ at, pitch }) =>
    others.some((other) => other.pitch === pitch && Math.abs(other.at - at) < 1e-3),
  );
  return same.length / Math.max(1, notes.length, others.length);
}

function again(bar: ReadBar, earlier: ReadBar): boolean {
  return likeness(bar, earlier) >= AGAIN;
}

/** Bars that come again where phrases of two and four bars do not have them: an odd number of bars on, but within a pair. */
function outOfStep({ bars }: Phrased): number[] {
  return bars.flatMap((bar, at) => {
    const from = bars.slice(0, at).flatMap((earlier, place) => (again(bar, earlier) ? [place] : []));
    const odd = from.some((place) => (at - place) % 2 === 1 && place >> 1 !== at >> 1);
    return odd && !from.some((place) => (at - place) % 2 === 0) ? [bar.number] : [];
  });
}

/** The second half begins as another bar of the first half does, and not as its first. */
function restartsElsewhere({ bars, half }: Phrased): { bar: number; as: number } | null {
  const bar = bars[half]!;
  if (again(bar, bars[0]!)) return null;
  const other = bars.slice(1, half).find((earlier) => again(bar, earlier));
  return other ? { bar: bar.number, as: other.number } : null;
}

/** How like the second half's first two bars are to the first's. */
function takenUp({ bars, half }: Phrased): number {
  return mean([0, 1].map((bar) => likeness(bars[half + bar]!, bars[bar]!)));
}

/** Where a part settles on its tonic before it ends there. */
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

/** How a later part comes back to the bars with which an earlier one ends: in semitones how far it leaps, and how far its register falls. */
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

/** Bars at the ends of both that are one. */
function sameEnd(bars: readonly ReadBar[], others: readonly ReadBar[]): number {
  let count = 0;
  while (count < bars.length && count < others.length && again(bars.at(-1 - count)!, others.at(-1 - count)!))
    count++;
  return count;
}

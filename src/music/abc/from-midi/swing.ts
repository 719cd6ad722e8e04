import { add, compare, type Fraction, fraction, multiply, subtract } from '../fraction.js';
import { barLength, isCompound } from '../meter.js';
import type { Meter } from '../tune.js';
import type { PlacedNote } from './grid.js';

/** Fewest swung pairs that count as a style of playing. */
const LEAST_PAIRS = 4;
/** Least share of swung cells among those divided otherwise than by triplets. */
const LEAST_SHARE = 0.8;
const [THIRD, HALF, TWO_THIRDS, DOTTED] = [
  fraction(1, 3),
  fraction(1, 2),
  fraction(2, 3),
  fraction(3, 4),
] as const;

/**
 * Straightens swung pairs (two to one, as hornpipes are played): in each quarter of a bar, what stands at two thirds
 * moves to the half and the rest in proportion. Triplets stay. Returns undefined in other meters than 4/4, 2/4 and the
 * like, where there are too few pairs, and where a pair is even or dotted, since playing the result with swing would
 * change it.
 */
export function unswung(
  notes: readonly PlacedNote[],
  meter: Meter,
  pickup: Fraction,
): readonly PlacedNote[] | undefined {
  if (isCompound(meter) || (meter.num !== 4 && meter.num !== 2)) return undefined;
  const bar = barLength(meter);
  const cell = multiply(bar, fraction(1, 4));
  const [first, last] = [notes[0]!.start, notes.at(-1)!.end];
  const origin = subtract(add(first, pickup), bar);
  const inCell = (time: Fraction) => {
    const { num, den } = multiply(subtract(time, origin), fraction(cell.den, cell.num));
    const index = Math.floor(num / den);
    return { index, share: subtract(fraction(num, den), fraction(index)) };
  };
  const shares = new Map<number, Fraction[]>();
  for (const time of notes.flatMap(({ start, end }) => [start, end])) {
    const { index, share } = inCell(time);
    if (share.num > 0) shares.set(index, [...(shares.get(index) ?? []), share]);
  }
  /** Cells in which the music begins or ends are kept as they are. */
  const cut = new Set(
    [inCell(first), inCell(last)].flatMap(({ index, share }) => (share.num > 0 ? [index] : [])),
  );
  const swung = new Set<number>();
  let triplets = 0;
  for (const [index, inside] of shares) {
    const has = (share: Fraction) => inside.some((other) => compare(other, share) === 0);
    if (cut.has(index)) continue;
    if (has(HALF) || inside.every((share) => compare(share, DOTTED) === 0)) return undefined;
    const triplet = has(THIRD) && inside.every((share) => share.den === 3);
    if (triplet) triplets++;
    else if (has(TWO_THIRDS)) swung.add(index);
  }
  if (swung.size < LEAST_PAIRS || swung.size < LEAST_SHARE * (shares.size - triplets)) return undefined;
  const even = (time: Fraction) => {
    const { index, share } = inCell(time);
    if (!swung.has(index)) return time;
    const begin = add(origin, multiply(cell, fraction(index)));
    return add(begin, multiply(cell, evened(share)));
  };
  return notes.map((note) => ({ ...note, start: even(note.start), end: even(note.end) }));
}

function evened(share: Fraction): Fraction {
  return compare(share, TWO_THIRDS) <= 0
    ? multiply(share, DOTTED)
    : add(HALF, multiply(subtract(share, TWO_THIRDS), fraction(3, 2)));
}

import { barLength, isCompound } from '../meter.js';
import type { Meter } from '../tune.js';
import { type TuneType, tuneTypeOf } from '../tune-type.js';

/** How a type of tune is played: its tempo, its unequal note lengths, and its stresses. */
export interface Manner {
  /** Tempo, in taps of the foot a minute. A tap is a dotted beat in compound time; in simple time see `tapsABar`. */
  readonly taps: number;
  /** Taps in a bar of simple time; where absent, a tap is a quarter note (an eighth in 3/8). */
  readonly tapsABar?: number;
  /** Pairs of notes in a tap of simple time. */
  readonly pairs: number;
  /** Share of a pair's time that its first note gets; 0.5 is as written, 2/3 is two to one. */
  readonly first: number;
  /** Whether dotted pairs (three to one) are played like even ones; else they are played as written. */
  readonly dottedToo?: boolean;
  /**
   * Where the second of three notes begins, as a share of the beat; 1/3 is as written. The third note keeps its place.
   */
  readonly second: number;
  /** What the first note of a bar, of another tap, and the second note of a pair or three add to the MIDI velocity. */
  readonly stress: readonly [bar: number, tap: number, off: number];
}

const EVEN = { pairs: 1, first: 1 / 2, second: 1 / 3 } as const;
/** The first note of a pair takes two thirds of it. */
const TRIPLET_FEEL = 2 / 3;
/** A third of the way from even to "dotted eighth, sixteenth, eighth". */
const JIG_SECOND = 1 / 3 + (1 / 2 - 1 / 3) / 3;

/**
 * Sources of the tempos, in taps. Reel (224 quarter notes a minute), hornpipe (180) and slip jig (144 beats): Breathnach,
 * Ceol Rince na hÉireann 1, introduction. Jig (116 to 124; Breathnach has 127), polka and slide (132 to 140): set
 * dancers, sydneyirishceilidancers.com.au. Strathspey (116 quarter notes): Scottish country dance, Muriel Johnstone as
 * quoted on scots-l. Waltz and mazurka (48 to 52 bars), schottische and barndance (28 to 32): australianfolkmusic.com.au,
 * "Tempos". March (117 to 123): a caller's list at mudcat.org. Air, fling, clog and set dance: our choice.
 *
 * Lilt: in a reel the first of two notes is a little longer and stronger, in a hornpipe much more so; in a jig the first
 * of three is longer, which teachers write as dotted eighth, sixteenth, eighth (Alan Ng, irishtune.info/rhythm).
 * Hornpipes are hardly ever as uneven as their dotted notation: players say "a quarter and an eighth of a triplet". A
 * strathspey keeps its dots and snaps. Polkas stress the off-beat. The descriptions are from these sources, the numbers
 * are ours.
 */
const MANNERS: Readonly<Record<TuneType, Manner>> = {
  reel: { ...EVEN, taps: 112, tapsABar: 2, pairs: 2, first: 0.54, stress: [14, 8, -5] },
  jig: { ...EVEN, taps: 124, second: JIG_SECOND, stress: [14, 8, -7] },
  'slip-jig': { ...EVEN, taps: 144, second: JIG_SECOND, stress: [14, 6, -7] },
  hornpipe: {
    ...{ taps: 90, tapsABar: 2, pairs: 2, first: TRIPLET_FEEL, dottedToo: true, second: 1 / 3 },
    stress: [14, 10, -6],
  },
  polka: { ...EVEN, taps: 136, tapsABar: 2, stress: [8, 0, 10] },
  slide: { ...EVEN, taps: 136, second: 0.36, stress: [14, 8, -6] },
  strathspey: { ...EVEN, taps: 58, tapsABar: 2, pairs: 2, stress: [16, 10, -4] },
  'highland-fling': { ...EVEN, taps: 80, tapsABar: 2, pairs: 2, first: 0.6, stress: [14, 8, -5] },
  clog: {
    ...EVEN,
    taps: 80,
    tapsABar: 2,
    pairs: 2,
    first: TRIPLET_FEEL,
    dottedToo: true,
    stress: [14, 8, -6],
  },
  air: { ...EVEN, taps: 66, stress: [6, 3, 0] },
  march: { ...EVEN, taps: 120, stress: [14, 8, -3] },
  waltz: { ...EVEN, taps: 150, stress: [14, 0, -3] },
  barndance: { ...EVEN, taps: 62, tapsABar: 2, pairs: 2, first: 0.6, stress: [14, 8, -5] },
  mazurka: { ...EVEN, taps: 147, stress: [10, 6, -3] },
  schottische: { ...EVEN, taps: 60, tapsABar: 2, pairs: 2, first: 0.6, stress: [14, 8, -5] },
  'set-dance': {
    ...EVEN,
    taps: 70,
    tapsABar: 2,
    pairs: 2,
    first: 0.6,
    second: JIG_SECOND,
    stress: [14, 8, -5],
  },
};
/** For a tune without a known type: as written. */
const UNTYPED: Readonly<Record<'simple' | 'compound', Manner>> = {
  simple: { ...EVEN, taps: 150, stress: [12, 0, 0] },
  compound: { ...EVEN, taps: 120, stress: [12, 0, 0] },
};

/** How to play a tune with that R: field (`rhythm`) in that meter. */
export function mannerOf(rhythm: string | undefined, meter: Meter | null): Manner {
  const type = tuneTypeOf(rhythm);
  return type ? MANNERS[type] : UNTYPED[isCompound(meter) ? 'compound' : 'simple'];
}

/** Length of a tap in eighth notes. */
export function tapLength({ tapsABar }: Manner, meter: Meter | null): number {
  if (meter === null) return 2;
  const bar = barLength(meter);
  if (isCompound(meter)) return (3 * 8) / meter.den;
  if (tapsABar !== undefined && meter.num % 2 === 0) return bar.num / bar.den / tapsABar;
  return Math.min(2, 8 / meter.den);
}

/** A stretch of played time within one bar, in eighth notes from the beginning of the tune. */
export interface PlayedBar {
  /** Where the full bar begins: before `from` for a pickup. */
  readonly origin: number;
  readonly from: number;
  readonly to: number;
  readonly meter: Meter | null;
}

const EPSILON = 1e-6;
const near = (a: number, b: number) => Math.abs(a - b) < EPSILON;

/**
 * Maps written times to played times, both in eighth notes and ascending. Only times inside a pair of notes, or inside a
 * beat of three, move, by `lilt` from 0 (as written) to 1. A pair that the beginning or end of the music cuts off stays,
 * so the total length does not change.
 */
export function liltedTimes(
  times: readonly number[],
  bars: readonly PlayedBar[],
  manner: Manner,
  lilt: number,
): number[] {
  const played = [...times];
  let next = 0;
  for (const { origin, from, to, meter } of bars) {
    const three = isCompound(meter);
    const cell = meter ? tapLength(manner, meter) / (three ? 1 : manner.pairs) : 0;
    const cells = cell > 0 ? Math.ceil((to - origin) / cell - EPSILON) : 0;
    for (let index = Math.max(0, Math.floor((from - origin) / cell + EPSILON)); index < cells; index++) {
      const start = origin + index * cell;
      if (start < from - EPSILON || start + cell > to + EPSILON) continue;
      while (next < times.length && times[next]! < start + EPSILON) next++;
      const inside: number[] = [];
      for (let at = next; at < times.length && times[at]! < start + cell - EPSILON; at++)
        inside.push((times[at]! - start) / cell);
      const knot = (three ? threeKnot : pairKnot)(inside, manner);
      if (!knot) continue;
      const bent = knot.from + (knot.to - knot.from) * lilt;
      for (const [place, share] of inside.entries())
        played[next + place] = start + cell * bend(share, knot.from, bent, knot.until);
    }
  }
  return played;
}

interface Knot {
  /** The share `from` of the cell moves to `to`; shares before and after it move in proportion. */
  readonly from: number;
  readonly to: number;
  /** Shares from here on do not move. */
  readonly until: number;
}

/** Triplets stay even, since no note begins in the middle of their pair. */
function pairKnot(inside: readonly number[], { first, dottedToo }: Manner): Knot | undefined {
  if (inside.some((share) => near(share, 1 / 2))) return { from: 1 / 2, to: first, until: 1 };
  const dotted = inside.length > 0 && inside.every((share) => near(share, 3 / 4));
  return dotted && dottedToo ? { from: 3 / 4, to: first, until: 1 } : undefined;
}

/** Duplets stay even. */
function threeKnot(inside: readonly number[], { second }: Manner): Knot | undefined {
  const thirds = inside.some((share) => near(share, 1 / 3) || near(share, 2 / 3));
  return thirds ? { from: 1 / 3, to: second, until: 2 / 3 } : undefined;
}

function bend(share: number, from: number, to: number, until: number): number {
  if (share <= from) return (share * to) / from;
  if (share >= until) return share;
  return to + ((share - from) * (until - to)) / (until - from);
}

/** Added MIDI velocity of a note that begins `position` eighth notes into a bar. */
export function stressAt(position: number, meter: Meter | null, manner: Manner): number {
  const [bar, tap, off] = manner.stress;
  if (near(position, 0)) return bar;
  if (meter === null) return 0;
  const length = tapLength(manner, meter);
  const inTap = position / length;
  if (near(inTap, Math.round(inTap))) return tap;
  const division = isCompound(meter) ? inTap * 3 : inTap * 2 * manner.pairs;
  const whole = Math.round(division);
  if (!near(division, whole)) return Math.min(off, 0);
  return whole % (isCompound(meter) ? 3 : 2) === 1 ? off : 0;
}

import { type Fraction, fraction, subtract } from '../fraction.js';
import { isNote, isPowerOfTwo } from './lengths.js';
import type { LineNote } from './line.js';

/** A quantised note; times in eighth notes. */
export interface PlacedNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly start: Fraction;
  readonly end: Fraction;
}

export interface Placed {
  readonly notes: readonly PlacedNote[];
  /** The shortest straight note value of the grid, as a part of a whole note (8 is an eighth). Triplets do not count. */
  readonly grid: number;
  readonly tuplets: boolean;
  /** Whether every note stood on the grid already. */
  readonly exact: boolean;
  /** The furthest that any onset was moved, in eighths. */
  readonly moved: number;
}

/** Straight grids to choose from, in parts of an eighth note. */
const STRAIGHT = [0.5, 1, 2, 4, 8];
/**
 * Grids for notes that stand exactly on one, in parts of an eighth note and in the order tried: halves, thirds, then
 * fifths to ninths and finer ones.
 */
const LATTICES = [0.5, 1, 1.5, 2, 3, 4, 6, 8, 2.5, 5, 3.5, 7, 4.5, 9, 12, 16];
/**
 * Tolerances in eighths, with the grids that each may use: about half a tick of a file with 480 or 960 ticks a quarter
 * note, then of one with 96.
 */
const TOLERANCES: readonly (readonly [tolerance: number, lattices: readonly number[]])[] = [
  [0.0025, LATTICES],
  [0.0115, LATTICES.filter((lattice) => lattice <= 6)],
];

/** Typical deviation of players from the grid, in eighths. */
const PLAYED = 0.15;
/** Costs, in squares of {@link PLAYED}: of a grid twice as fine for each note, and of triplets for each beat. */
const FINER = 0.5;
/** In compound meters triplets are rare. */
const TRIPLET = { simple: 1.5, compound: 8 };
const COLLISION = 20;
/** A rest shorter than this share of the grid is how the note was played. */
const SHORTEST_REST = 0.75;
/** A silence shorter than this, in eighths, is no rest. */
const NO_REST = 0.06;

/**
 * Quantises a line of notes. Keeps the places of notes that stand exactly on a grid; else picks the coarsest straight
 * grid, with triplets, that is near what was played, or the grid of `grid` parts of a whole note. `beat` is the length of
 * a beat in eighths. Notes that the player held short reach to the next one.
 */
export function placedLine(line: readonly LineNote[], beat: number, grid: number | undefined): Placed {
  const starts = line.map(({ start }) => start);
  const exact = grid === undefined ? exactPlaces(starts, beat) : undefined;
  const found = grid === undefined ? foundGrid(starts, beat) : grid / 8;
  const places = exact ?? (grid === undefined ? played(starts, beat, found).places : onGrid(starts, found));
  const notes = withEnds(
    line,
    apart(places, starts),
    Math.max(1, exact ? straightOf(exact) : found),
    exact !== undefined,
  );
  return {
    notes,
    grid: exact ? 8 * straightOf(places) : 8 * found,
    tuplets: places.some(({ den }) => !isPowerOfTwo(den)),
    exact: exact !== undefined,
    moved: Math.max(...notes.map(({ start }, index) => Math.abs(start.num / start.den - starts[index]!))),
  };
}

/** The nearest place on a grid with that many places an eighth. */
function placeOn(time: number, lattice: number): Fraction {
  const twice = 2 * lattice;
  return fraction(2 * Math.round(time * lattice), twice);
}

function distance(time: number, lattice: number): number {
  return Math.abs(time - Math.round(time * lattice) / lattice);
}

/** Groups times by the number of their beat. */
function byBeat(starts: readonly number[], beat: number, tolerance: number): Map<number, number[]> {
  const beats = new Map<number, number[]>();
  for (const start of starts) {
    const number = Math.floor((start + tolerance) / beat);
    const inside = beats.get(number);
    if (inside) inside.push(start);
    else beats.set(number, [start]);
  }
  return beats;
}

/** Exact places, if the notes of every beat stand on one grid; else undefined. */
function exactPlaces(starts: readonly number[], beat: number): Fraction[] | undefined {
  for (const [tolerance, lattices] of TOLERANCES) {
    const latticeOf = new Map<number, number>();
    const beats = byBeat(starts, beat, tolerance);
    const all = [...beats].every(([number, inside]) => {
      const lattice = lattices.find((lattice) =>
        inside.every((start) => distance(start, lattice) <= tolerance),
      );
      if (lattice !== undefined) latticeOf.set(number, lattice);
      return lattice !== undefined;
    });
    if (!all) continue;
    const places = starts.map((start) =>
      placeOn(start, latticeOf.get(Math.floor((start + tolerance) / beat))!),
    );
    if (isWritten(places)) return places;
  }
  return undefined;
}

/** One note in this many may have an unusual length, such as 7/6 of an eighth. */
const ODD = 20;

/**
 * Whether nearly all lengths from note to note are usual ones. Swung eighths may stand exactly on a fine grid without
 * being written that way.
 */
function isWritten(places: readonly Fraction[]): boolean {
  const odd = places.filter((place, index) => {
    const next = places[index + 1];
    if (next === undefined) return false;
    const { num, den } = subtract(next, place);
    return !isPowerOfTwo(den) && !isNote(num);
  });
  return odd.length * ODD <= places.length;
}

function onGrid(starts: readonly number[], lattice: number): Fraction[] {
  return starts.map((start) => placeOn(start, lattice));
}

/** Places on a straight grid, or on triplets in the beats that are nearer to them, and the total cost. */
function played(starts: readonly number[], beat: number, straight: number) {
  const third = beat === 3 ? 3 : 1.5;
  const places: Fraction[] = [];
  let total = FINER * Math.log2(straight) * starts.length;
  const costOf = (inside: readonly number[], lattice: number) => {
    const far = inside.reduce((sum, start) => sum + (distance(start, lattice) / PLAYED) ** 2, 0);
    const at = new Set(inside.map((start) => Math.round(start * lattice)));
    return far + COLLISION * (inside.length - at.size);
  };
  for (const inside of byBeat(starts, beat, 0).values()) {
    const plain = costOf(inside, straight);
    const thirds = [third, 2 * third].map((lattice, index) => ({
      lattice,
      cost: costOf(inside, lattice) + (1 + index) * (beat === 3 ? TRIPLET.compound : TRIPLET.simple),
    }));
    const triplet = thirds.reduce((best, other) => (other.cost < best.cost ? other : best));
    const lattice = triplet.cost < plain ? triplet.lattice : straight;
    total += Math.min(triplet.cost, plain);
    for (const start of inside) places.push(placeOn(start, lattice));
  }
  return { places, total };
}

function foundGrid(starts: readonly number[], beat: number): number {
  const costs = STRAIGHT.slice(1, 4).map((lattice) => ({ lattice, ...played(starts, beat, lattice) }));
  return costs.reduce((best, other) => (other.total < best.total ? other : best)).lattice;
}

/**
 * Moves notes apart that fall on one place: the later one goes to the next place of a finer grid, so that no note is
 * lost.
 */
function apart(places: readonly Fraction[], starts: readonly number[]): Fraction[] {
  const result: Fraction[] = [];
  for (const [index, place] of places.entries()) {
    const before = result.at(-1);
    if (before === undefined || value(place) > value(before)) {
      result.push(place);
      continue;
    }
    let lattice = 4;
    let moved = placeOn(starts[index]!, lattice);
    while (value(moved) <= value(before) && lattice < 64) {
      lattice *= 2;
      moved = fraction(Math.ceil(value(before) * lattice + 1), lattice);
    }
    result.push(moved);
  }
  return result;
}

const value = ({ num, den }: Fraction) => num / den;

/** Where the notes end: at the next note, or before a rest long enough to hear. */
function withEnds(
  line: readonly LineNote[],
  starts: readonly Fraction[],
  straight: number,
  exactly: boolean,
): PlacedNote[] {
  const held = line.map(({ start, end }, index) => {
    const next = line[index + 1];
    return next === undefined ? 1 : Math.min(1, (end - start) / (next.start - start));
  });
  const usual = Math.max(0.3, [...held].sort((a, b) => a - b)[Math.floor(held.length / 2)] ?? 1);
  return line.map(({ pitch, velocity, start, end }, index) => {
    const [from, next] = [starts[index]!, starts[index + 1]];
    const length = (end - start) / usual;
    const lattice = exactly ? latticeOf(start + length) : undefined;
    const stop = placeOn(start + length, lattice ?? straight);
    const least = fraction(1, straight);
    const ends = value(stop) > value(from) ? stop : plus(from, least);
    // A rest shorter than the grid, or of a tick or two, is how the note was played.
    const gap = next === undefined ? 0 : value(next) - value(ends);
    const silence = (line[index + 1]?.start ?? end) - end;
    const isPlayed = lattice === undefined && gap < SHORTEST_REST / straight;
    const filled = next && (gap <= 0 || isPlayed || silence < NO_REST);
    return { pitch, velocity, start: from, end: filled ? next : ends };
  });
}

/** The first grid on which a time stands exactly. */
function latticeOf(time: number): number | undefined {
  const [tolerance] = TOLERANCES[0]!;
  return LATTICES.find((lattice) => distance(time, lattice) <= tolerance);
}

function plus(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.den + b.num * a.den, a.den * b.den);
}

/** The coarsest straight grid that has every straight place. */
function straightOf(places: readonly Fraction[]): number {
  return (
    STRAIGHT.find((lattice) =>
      places.every((place) => !isPowerOfTwo(place.den) || Number.isInteger(value(place) * lattice)),
    ) ?? STRAIGHT.at(-1)!
  );
}

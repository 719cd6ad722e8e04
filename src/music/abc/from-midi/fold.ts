import { add, compare, type Fraction, fraction, multiply, subtract } from '../fraction.js';
import type { PlacedNote } from './grid.js';

/** A stretch of music that is written once, with the signs at its edges. */
export interface Segment {
  readonly from: Fraction;
  readonly to: Fraction;
  /** It begins with `|:`. */
  readonly opens: boolean;
  readonly ending?: '1' | '2';
  /** It ends with `:|`. */
  readonly repeats: boolean;
}

/** Fewest bars of a repeat: a shorter repetition is a figure of the tune. */
const SHORTEST = 4;
/** Largest share of a repeated part's bars that its endings may take. */
const ENDING = 1 / 4;
/**
 * Costs in bars: of a repeat sign, and of one that stands neither at a bar line nor before a pickup as long as the first.
 */
const SIGN = 0.5;
const ODD_PLACE = 0.75;
/** Length of an atom in eighth notes: music may be divided at any multiple. */
const ATOM = fraction(1, 2);
const MOST_ATOMS = 6000;

/** Music from its first note on, divided into atoms of half an eighth. */
class Atoms {
  readonly #keys: string[];
  /** Whether a note sounds on across the beginning of each atom. (atom) */
  readonly #crossed: boolean[];
  readonly #first: Fraction;

  constructor(
    notes: readonly PlacedNote[],
    readonly count: number,
    /** Atoms in a bar. */
    readonly length: number,
    /** Atoms before the first bar line. */
    readonly pickup: number,
  ) {
    this.#first = notes[0]!.start;
    this.#keys = Array<string>(count).fill('');
    this.#crossed = Array<boolean>(count + 1).fill(false);
    for (const { pitch, start, end } of notes) {
      const atom = Math.floor(atomsFrom(this.#first, start));
      const [from, length] = [subtract(start, this.place(atom)), subtract(end, start)];
      this.#keys[atom] += `${pitch} ${from.num}/${from.den} ${length.num}/${length.den};`;
      for (let at = atom + 1; compare(this.place(at), end) < 0; at++) this.#crossed[at] = true;
    }
  }

  place(atom: number): Fraction {
    return add(this.#first, multiply(ATOM, fraction(atom)));
  }

  same(a: number, b: number): boolean {
    return this.#keys[a] === this.#keys[b];
  }

  isCrossed(atom: number): boolean {
    return this.#crossed[atom]!;
  }

  begins(atom: number): boolean {
    return this.#keys[atom] !== '' && !this.#crossed[atom];
  }

  isLine(atom: number): boolean {
    return (atom - this.pickup + this.length) % this.length === 0;
  }

  /** Whether an atom begins at a bar line, or before a pickup as long as the first. */
  isUsual(atom: number): boolean {
    return this.isLine(atom) || atom % this.length === 0;
  }
}

function atomsFrom(first: Fraction, time: Fraction): number {
  const { num, den } = subtract(time, first);
  return (num * ATOM.den) / (den * ATOM.num);
}

/** The cheapest way to write the music from one atom on. */
interface Way {
  /** In bars. */
  readonly cost: number;
  /** How many atoms this step covers as played. */
  readonly plays: number;
  /** Length of the repeated music, and where its endings begin, in atoms from its beginning. */
  readonly repeat?: { readonly length: number; readonly fork?: number };
}

/**
 * Divides a line of notes in one meter into segments. Music that is played twice in a row, note for note, is written once
 * with repeat signs, with two endings where the last bars differ. Dynamic programming over all divisions finds the one
 * with the fewest bars. `bar` and `pickup` are lengths and `end` a time, in eighths. Returns undefined where nothing
 * repeats, or where the music is too long to compare.
 */
export function folded(
  notes: readonly PlacedNote[],
  bar: Fraction,
  pickup: Fraction,
  end: Fraction,
): Segment[] | undefined {
  const count = Math.ceil(atomsFrom(notes[0]!.start, end));
  const length = atomsFrom(fraction(0), bar);
  const before = atomsFrom(fraction(0), pickup);
  if (count > MOST_ATOMS || !Number.isInteger(length) || !Number.isInteger(before)) return undefined;
  const atoms = new Atoms(notes, count, length, before);
  const best: Way[] = Array<Way>(count + 1);
  best[count] = { cost: 0, plays: 0 };
  /** How many atoms from the current one on equal those from another one on. (other atom) */
  let alike = new Int32Array(count + 2);
  for (let from = count - 1; from >= 0; from--) {
    const row = new Int32Array(count + 2);
    for (let other = count - 1; other > from; other--)
      row[other] = atoms.same(from, other) ? alike[other + 1]! + 1 : 0;
    alike = row;
    best[from] = bestWay(atoms, from, alike, best);
  }
  const segments = segmentsOf(atoms, best, end);
  return segments.some(({ repeats }) => repeats) ? segments : undefined;
}

function bestWay(atoms: Atoms, from: number, alike: Int32Array, best: readonly Way[]): Way {
  const bar = atoms.length;
  let way: Way = { cost: 1 / bar + best[from + 1]!.cost, plays: 1 };
  if (!atoms.begins(from)) return way;
  for (let length = SHORTEST * bar; from + 2 * length <= atoms.count; length += bar) {
    const [again, behind] = [from + length, from + 2 * length];
    if (alike[again]! < length * (1 - ENDING)) continue;
    if (atoms.isCrossed(again) || atoms.isCrossed(behind)) continue;
    const fork = alike[again]! >= length ? undefined : forkOf(atoms, from, length, alike[again]!);
    if (alike[again]! < length && fork === undefined) continue;
    const written = fork === undefined ? length / bar + SIGN : (2 * length - fork) / bar + 2 * SIGN;
    const cost = written + (atoms.isUsual(from) ? 0 : ODD_PLACE) + best[behind]!.cost;
    if (cost < way.cost)
      way = { cost, plays: 2 * length, repeat: { length, ...(fork === undefined ? {} : { fork }) } };
  }
  return way;
}

/** The last bar line up to which both playings are alike, in atoms from where the repeat begins. */
function forkOf(atoms: Atoms, from: number, length: number, alike: number): number | undefined {
  for (let fork = alike; fork >= length * (1 - ENDING); fork--) {
    const isCrossed = atoms.isCrossed(from + fork) || atoms.isCrossed(from + length + fork);
    if (atoms.isLine(from + fork) && !isCrossed) return fork;
  }
  return undefined;
}

function segmentsOf(atoms: Atoms, best: readonly Way[], end: Fraction): Segment[] {
  const segments: Segment[] = [];
  const plain = { opens: false, repeats: false } as const;
  const place = (atom: number) => (atom >= atoms.count ? end : atoms.place(atom));
  for (let from = 0; from < atoms.count; from += best[from]!.plays) {
    const { repeat, plays } = best[from]!;
    if (!repeat) {
      const last = segments.at(-1);
      const goesOn = last && !last.repeats && last.ending === undefined;
      if (goesOn) segments[segments.length - 1] = { ...last, to: place(from + 1) };
      else segments.push({ ...plain, from: place(from), to: place(from + 1) });
      continue;
    }
    const { length, fork } = repeat;
    const [begin, again] = [place(from), place(from + length)];
    if (fork === undefined) {
      segments.push({ from: begin, to: again, opens: true, repeats: true });
      continue;
    }
    const [first, second] = [place(from + fork), place(from + length + fork)];
    segments.push({ ...plain, from: begin, to: first, opens: true });
    segments.push({ ...plain, from: first, to: again, ending: '1', repeats: true });
    segments.push({ ...plain, from: second, to: place(from + plays), ending: '2' });
  }
  return segments;
}

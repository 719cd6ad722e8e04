import { add, compare, type Fraction, fraction, multiply, subtract } from '../fraction.js';
import type { Key } from '../key.js';
import { barLength, isCompound } from '../meter.js';
import { Accidentals } from '../sounding.js';
import { type Alteration, type ElementOf, type Meter, NOWHERE, type TuneElement } from '../tune.js';
import { folded } from './fold.js';
import type { PlacedNote } from './grid.js';
import { spelled } from './key.js';
import { isNote, isPowerOfTwo } from './lengths.js';

/** A meter and the time, in eighths, from which it holds. */
export interface MeterAt {
  readonly from: Fraction;
  readonly meter: Meter;
}

/** A stretch of music that is one note or, with pitch undefined, one rest; `tied` where the note continues after it. */
interface Piece {
  readonly pitch: number | undefined;
  readonly from: Fraction;
  readonly to: Fraction;
  readonly tied: boolean;
}

interface Bar {
  readonly from: Fraction;
  readonly to: Fraction;
  readonly meter: Meter;
  /** Where its beats are counted from, which is before `from` for a pickup. */
  readonly origin: Fraction;
}

/**
 * Writes notes as a tune's body, with bars, ties over bar lines, tuplets and rests. A `pickup` above 0 is the length of
 * the first bar in eighths. The last bar is filled up with rests unless it completes the pickup. Where there is one
 * meter, music played twice in a row is written once with repeat signs.
 */
export function notated(
  notes: readonly PlacedNote[],
  meters: readonly MeterAt[],
  pickup: Fraction,
  key: Key,
): TuneElement[] {
  const bars = barGrid(notes, meters, pickup);
  const end = bars.at(-1)!.to;
  const pieces = piecesOf(notes, bars[0]!.from, end);
  const [{ meter }] = meters as readonly [MeterAt];
  const segments = (meters.length === 1 && folded(notes, barLength(meter), pickup, end)) || [
    { from: bars[0]!.from, to: end, opens: false, repeats: false },
  ];
  const body: TuneElement[] = [];
  const writer = new BarWriter(body, key, meter);
  for (const [index, segment] of segments.entries()) {
    const { from, to, opens, ending, repeats } = segment;
    if (opens) writer.sign({ kind: 'bar', line: '|:', place: NOWHERE });
    if (ending !== undefined) writer.sign({ kind: 'volta', ending, bar: ending === '1', place: NOWHERE });
    const inside = bars.filter((bar) => compare(bar.from, to) < 0 && compare(from, bar.to) < 0);
    for (const bar of inside) {
      const part = { ...bar, from: later(bar.from, from), to: earlier(bar.to, to) };
      writer.write(part, between(pieces, part));
      writer.sign({ kind: 'bar', line: '|', place: NOWHERE });
    }
    const isPart = ending === '2' && index < segments.length - 1;
    if (repeats || isPart) writer.sign({ kind: 'bar', line: repeats ? ':|' : '||', place: NOWHERE });
  }
  return body;
}

function later(a: Fraction, b: Fraction): Fraction {
  return compare(a, b) > 0 ? a : b;
}

function earlier(a: Fraction, b: Fraction): Fraction {
  return compare(a, b) < 0 ? a : b;
}

/** The pieces in a bar, clipped to it; `pieces` are in order. */
function between(pieces: readonly Piece[], { from, to }: Bar): Piece[] {
  let [first, end] = [0, pieces.length];
  while (first < end) {
    const middle = (first + end) >> 1;
    if (compare(pieces[middle]!.to, from) > 0) end = middle;
    else first = middle + 1;
  }
  const inside: Piece[] = [];
  for (let at = first; at < pieces.length && compare(pieces[at]!.from, to) < 0; at++)
    inside.push(...(clipped(pieces[at]!, from, to) ? [clipped(pieces[at]!, from, to)!] : []));
  return inside;
}

class BarWriter {
  readonly #accidentals: Accidentals;

  constructor(
    readonly body: TuneElement[],
    readonly key: Key,
    /** The meter in force. */
    private meter: Meter,
  ) {
    this.#accidentals = new Accidentals(key);
  }

  write(bar: Bar, pieces: readonly Piece[]): void {
    if (bar.meter !== this.meter) this.body.push({ kind: 'meter', meter: bar.meter, place: NOWHERE });
    this.meter = bar.meter;
    for (const group of grouped(pieces, bar)) write(this.body, group, this.key, this.#accidentals);
    this.#accidentals.barLine();
  }

  /** Adds a repeat or ending sign in place of a plain bar line just before it; after `:|` the sign is added beside it. */
  sign(sign: ElementOf<'bar'> | ElementOf<'volta'>): void {
    const last = this.body.at(-1);
    const replaces =
      last?.kind === 'bar' && (last.line === '|' || (last.line === '||' && sign.kind === 'bar'));
    if (replaces) this.body.pop();
    this.body.push(sign);
  }
}

function barGrid(notes: readonly PlacedNote[], meters: readonly MeterAt[], pickup: Fraction): Bar[] {
  const [first, last] = [notes[0]!.start, notes.at(-1)!.end];
  const bars: Bar[] = [];
  let from = first;
  let to = pickup.num > 0 ? add(first, pickup) : undefined;
  while (bars.length === 0 || compare(from, last) < 0) {
    const { meter } = meters.findLast((meter) => compare(meter.from, from) <= 0) ?? meters[0]!;
    const full = add(from, barLength(meter));
    to ??= full;
    const next = meters.find((meter) => compare(meter.from, from) > 0 && compare(meter.from, to!) < 0);
    if (next) to = next.from;
    const origin = bars.length === 0 ? subtract(to, barLength(meter)) : from;
    bars.push({ from, to, meter, origin });
    from = to;
    to = undefined;
  }
  const [opening, closing] = [bars[0]!, bars.at(-1)!];
  const left = subtract(closing.to, last);
  const given = pickup.num > 0 ? subtract(opening.to, opening.from) : fraction(0);
  if (bars.length > 1 && given.num > 0 && compare(left, given) === 0)
    bars[bars.length - 1] = { ...closing, to: last };
  return bars;
}

/** Notes and the rests between them. */
function piecesOf(notes: readonly PlacedNote[], from: Fraction, to: Fraction): Piece[] {
  const pieces: Piece[] = [];
  let now = from;
  const rest = (until: Fraction) => {
    if (compare(now, until) < 0) pieces.push({ pitch: undefined, from: now, to: until, tied: false });
  };
  for (const { pitch, start, end } of notes) {
    rest(start);
    pieces.push({ pitch, from: start, to: end, tied: false });
    now = end;
  }
  rest(to);
  return pieces;
}

function clipped(piece: Piece, from: Fraction, to: Fraction): Piece | undefined {
  const begins = compare(piece.from, from) > 0 ? piece.from : from;
  const ends = compare(piece.to, to) < 0 ? piece.to : to;
  if (compare(begins, ends) >= 0) return undefined;
  const goesOn = compare(ends, piece.to) < 0 && piece.pitch !== undefined;
  return { ...piece, from: begins, to: ends, tied: piece.tied || goesOn };
}

/** Pieces that are written as they stand, or as a tuplet of p notes in the time of q. */
interface Group {
  readonly pieces: readonly Piece[];
  readonly tuplet?: { readonly p: number; readonly q: number };
}

/** The most notes that a tuplet sign can count. */
const MOST = 9;

function grouped(pieces: readonly Piece[], { from, to, meter, origin }: Bar): Group[] {
  const beat = isCompound(meter) ? fraction(24, meter.den) : fraction(8, Math.min(meter.den, 8));
  const cuts: Fraction[] = [];
  for (let at = origin; compare(at, to) < 0; at = add(at, beat)) if (compare(at, from) >= 0) cuts.push(at);
  return stretch({ pieces, from, to }, { places: cuts, threes: isCompound(meter) });
}

/** Where music is best divided: at the beats. `threes` says whether the meter is compound. */
interface Cuts {
  readonly places: readonly Fraction[];
  readonly threes: boolean;
}

/** Music from one time to another. */
interface Span {
  readonly pieces: readonly Piece[];
  readonly from: Fraction;
  readonly to: Fraction;
}

function stretch(span: Span, cuts: Cuts): Group[] {
  const { pieces, from, to } = span;
  const edges = pieces.map((piece) => piece.from).slice(1);
  if (edges.every(({ den }) => isPowerOfTwo(den)) && isPowerOfTwo(from.den))
    return [{ pieces: pieces.flatMap((piece) => writable(piece, cuts)) }];
  const inside = cuts.places.filter((cut) => compare(cut, from) > 0 && compare(cut, to) < 0);
  const free = inside.find((cut) => edges.some((edge) => compare(edge, cut) === 0));
  if (free) return divided(span, free, cuts);
  const length = subtract(to, from);
  const parts = edges.map((edge) => multiply(subtract(edge, from), fraction(length.den, length.num)));
  const p = parts.reduce((common, { den }) => lcm(common, den), 1);
  const middle = add(from, multiply(length, fraction(1, 2)));
  const halves = edges.some((edge) => compare(edge, middle) === 0);
  if (p <= MOST && (p % 2 === 1 || (!halves && inside.length === 0))) {
    const q = 2 ** Math.floor(Math.log2(p));
    return [{ pieces, tuplet: { p, q } }];
  }
  if (inside[0]) return divided(span, inside[0], cuts);
  if (p % 2 === 1) return [{ pieces }];
  return divided(span, middle, cuts);
}

function divided({ pieces, from, to }: Span, at: Fraction, cuts: Cuts): Group[] {
  const side = (begin: Fraction, end: Fraction) =>
    stretch(
      { pieces: pieces.flatMap((piece) => clipped(piece, begin, end) ?? []), from: begin, to: end },
      cuts,
    );
  return [...side(from, at), ...side(at, to)];
}

/**
 * Splits a length that no plain or dotted note has and, in compound meters, a note that begins inside one beat and ends
 * in a later one: at a beat, else after the longest possible note.
 */
function writable(piece: Piece, cuts: Cuts): Piece[] {
  const length = subtract(piece.to, piece.from);
  const { places, threes } = cuts;
  const beat = places.find((cut) => compare(cut, piece.from) > 0 && compare(cut, piece.to) < 0);
  const syncopated = threes && beat !== undefined && !places.some((cut) => compare(cut, piece.from) === 0);
  if (isNote(length.num) && !syncopated) return [piece];
  const cut = beat ?? add(piece.from, fraction(longestNote(length.num), length.den));
  return [clipped(piece, piece.from, cut)!, ...writable(clipped(piece, cut, piece.to)!, cuts)];
}

function longestNote(units: number): number {
  let note = units - 1;
  while (!isNote(note)) note--;
  return note;
}

function write(body: TuneElement[], { pieces, tuplet }: Group, key: Key, accidentals: Accidentals): void {
  const factor = tuplet ? fraction(tuplet.p, tuplet.q) : fraction(1);
  const parts = tuplet
    ? pieces.flatMap((piece) => tupletParts(piece, factor))
    : pieces.map((piece) => ({ piece, duration: subtract(piece.to, piece.from) }));
  if (tuplet) body.push({ kind: 'tuplet', ...tuplet, r: parts.length, place: NOWHERE });
  for (const { piece, duration } of parts) {
    if (piece.pitch === undefined) {
      body.push({ kind: 'rest', duration, place: NOWHERE });
      accidentals.noteEnds();
      continue;
    }
    const { step, alter } = spelled(piece.pitch, key);
    const pitch = accidentals.implied(step) === alter ? { step } : { step, accidental: alter as Alteration };
    accidentals.sound(pitch, piece.tied);
    accidentals.noteEnds();
    body.push({ kind: 'note', pitch, duration, tie: piece.tied, place: NOWHERE });
  }
}

/** A piece of a tuplet, by its written length, split into notes that can be written. */
function tupletParts(piece: Piece, factor: Fraction): { piece: Piece; duration: Fraction }[] {
  const duration = multiply(subtract(piece.to, piece.from), factor);
  if (isNote(duration.num)) return [{ piece, duration }];
  const first = fraction(longestNote(duration.num), duration.den);
  const at = add(piece.from, multiply(first, fraction(factor.den, factor.num)));
  return [
    { piece: clipped(piece, piece.from, at)!, duration: first },
    ...tupletParts(clipped(piece, at, piece.to)!, factor),
  ];
}

function lcm(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

import { uniform } from '../../model/random.js';
import type { TokenDatasetMeta } from '../dataset/dataset.js';

/** Ranges of a vocabulary, as meta.json of a data set lists them. */
export type Ranges = TokenDatasetMeta['ranges'];
type Range = Ranges[number];

/** How far pieces are varied. */
export interface Variation {
  /** Semitones down and up at most. */
  readonly transposeDown: number;
  readonly transposeUp: number;
  /** Share of a piece's length by which it becomes longer or shorter at most. */
  readonly stretch: number;
}

/** The variation of a piece (the start token first) at a place in the queue of pieces. It depends on these two alone. */
export type Vary = (tokens: ArrayLike<number>, place: number) => ArrayLike<number>;

/** Branches of random numbers; the order of the pieces uses those above 0. */
const BRANCH = -1;
const BARS_BRANCH = -2;
/** More bars than any period has. */
const MOST_TURNS = 1 << 16;

/** Whether a vocabulary has pitches or waits that {@link variations} can change. */
export function isPlayed(ranges: Ranges): boolean {
  return ranges.some(hasPitch) || waitsOf(ranges) !== undefined;
}

/** Varies each piece each time anew: its key, its tempo, and the bar that counting begins with, drawn from the seed. */
export function variations(ranges: Ranges, { seed, ...most }: Variation & { readonly seed: number }): Vary {
  const transpose = transposer(ranges);
  const rescale = stretcher(ranges);
  const count = turner(ranges, 'number');
  return (piece, place) => {
    const [start, ...tokens] = Array.from(piece);
    const keys = most.transposeDown + most.transposeUp + 1;
    const shift = Math.floor(keys * uniform(seed, BRANCH, 2 * place)) - most.transposeDown;
    const factor = 1 + most.stretch * (2 * uniform(seed, BRANCH, 2 * place + 1) - 1);
    const turn = Math.floor(MOST_TURNS * uniform(seed, BARS_BRANCH, place));
    return [start!, ...count(rescale(transpose(tokens, shift), factor), turn)];
  };
}

/**
 * Transposes the field `pitch`, wherever a range has one: the other way where that would leave the range, and not at all where neither way
 * fits. The field `root`, a pitch class, moves with it. Same as `Transposer` in training/torch/augment.py.
 */
export function transposer(ranges: Ranges): (tokens: readonly number[], shift: number) => readonly number[] {
  const rangeOf = fieldOf(ranges, 'pitch');
  const turnRoots = turner(ranges, 'root');
  return (tokens, shift) => {
    let [below, above] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const token of tokens) {
      const range = rangeOf(token);
      if (!range) continue;
      const pitch = Math.floor((token - range.first) / range.stride) % range.radix;
      below = Math.min(below, pitch);
      above = Math.min(above, range.radix - 1 - pitch);
    }
    if (below === Number.POSITIVE_INFINITY) return tokens;
    const moved = [shift, -shift].find((by) => -below <= by && by <= above) ?? 0;
    if (moved === 0) return tokens;
    return turnRoots(
      tokens.map((token) => token + moved * (rangeOf(token)?.stride ?? 0)),
      moved,
    );
  };
}

/** Rotates a field within its radix, wherever a range has it. Same as `Turner` in training/torch/augment.py. */
export function turner(
  ranges: Ranges,
  field: string,
): (tokens: readonly number[], by: number) => readonly number[] {
  if (!ranges.some(({ fields }) => fields.some(({ name }) => name === field))) return (tokens) => tokens;
  const rangeOf = fieldOf(ranges, field);
  return (tokens, by) =>
    tokens.map((token) => {
      const range = rangeOf(token);
      if (!range) return token;
      const { first, radix, stride } = range;
      const digit = Math.floor((token - first) / stride) % radix;
      return token + stride * (((((digit + by) % radix) + radix) % radix) - digit);
    });
}

/** For each token whose range has `field`: the range's first token, and the weight of the field's digit. */
function fieldOf(
  ranges: Ranges,
  field: string,
): (token: number) => { first: number; end: number; radix: number; stride: number } | undefined {
  const having = ranges.flatMap((range) => {
    const at = range.fields.findIndex(({ name }) => name === field);
    if (at < 0) return [];
    const stride = sizeOf(range.fields.slice(at + 1));
    return [
      { first: range.first, end: range.first + sizeOf(range.fields), radix: range.fields[at]!.radix, stride },
    ];
  });
  return (token) => having.find(({ first, end }) => token >= first && token < end);
}

/**
 * Rescales the time between events: tokens of the one range with the single field `steps`, whose token n waits n + 1 steps.
 * Onsets are rounded, not gaps, so that errors do not add up; a gap stays at least one step, which keeps the events' order.
 * As `Stretcher` of training/torch/augment.py.
 */
export function stretcher(ranges: Ranges): (tokens: readonly number[], factor: number) => readonly number[] {
  const waits = waitsOf(ranges);
  if (!waits) return (tokens) => tokens;
  const { first } = waits;
  const longest = sizeOf(waits.fields);
  return (tokens, factor) => {
    if (factor === 1) return tokens;
    const out: number[] = [];
    let [steps, waited, rounded] = [0, false, 0];
    const writeGap = () => {
      const onset = roundHalfToEven(steps * factor);
      let gap = waited ? Math.max(1, onset - rounded) : 0;
      for (; gap > longest; gap -= longest) out.push(first + longest - 1);
      if (gap > 0) out.push(first + gap - 1);
      [waited, rounded] = [false, onset];
    };
    for (const token of tokens) {
      if (token >= first && token < first + longest) {
        steps += token - first + 1;
        waited = true;
      } else {
        writeGap();
        out.push(token);
      }
    }
    writeGap();
    return out;
  };
}

/** Rounds half to even, as NumPy does. */
function roundHalfToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1;
}

function hasPitch({ fields }: Range): boolean {
  return fields.some(({ name }) => name === 'pitch');
}

function waitsOf(ranges: Ranges): Range | undefined {
  const waits = ranges.filter(({ fields }) => fields.length === 1 && fields[0]!.name === 'steps');
  return waits.length === 1 ? waits[0] : undefined;
}

function sizeOf(fields: Range['fields']): number {
  return fields.reduce((product, { radix }) => product * radix, 1);
}

import { FolkGrammar } from '../codec/grammar.js';
import { parseForm } from '../codec/grammar-form.js';
import type { PitchRange, Placing } from '../codec/grammar-pitch.js';
import { UNITS_AN_EIGHTH } from '../codec/grammar-tokens.js';
import { folkCodec, TUNE_TYPES } from '../codec/index.js';

/** What all bars of a tune have in common. */
export interface BarSurroundings {
  readonly header: readonly number[];
  readonly placing: Placing;
  readonly range: PitchRange;
  /** The length of a full bar, in grammar units. */
  readonly full: number;
}

/**
 * A grammar positioned at the start of a bar of `length` units that ends with a plain bar line; null if the grammar has no such
 * bars. It gets there by accepting rests from a tune whose last bar, or whose second part's pickup, has this length.
 */
export function barGrammar(around: BarSurroundings, length: number): FolkGrammar | null {
  const { full } = around;
  if (length === full) return after(around, 'A', [`${rests(full)} |`]);
  if (!(length > 0 && length < full && length % (UNITS_AN_EIGHTH / 2) === 0)) return null;
  const rest = full - length;
  if (2 * length >= full) return after(around, 'A', [`${rests(rest)} |`, `${rests(full)} |`]);
  return after(around, 'AB', [`${rests(length)} |`, `${rests(full)} |`, `${rests(rest)} ||`]);
}

function after(
  { header, placing, range }: BarSurroundings,
  form: string,
  bars: readonly string[],
): FolkGrammar {
  const grammar = new FolkGrammar({
    types: [...TUNE_TYPES, null],
    meterFits: () => true,
    modes: [placing.key.mode],
    place: () => placing,
    range,
    parts: parseForm(form),
    bars: 2,
  });
  for (const token of [...header, ...folkCodec.read(bars.join(' '))]) grammar.accept(token);
  return grammar;
}

const REMAINDERS = ['', 'z /4', 'z /2', 'z 3/4'];

function rests(units: number): string {
  const eighths = Array<string>(Math.floor(units / UNITS_AN_EIGHTH)).fill('z');
  return [...eighths, REMAINDERS[units % UNITS_AN_EIGHTH]!].join(' ');
}

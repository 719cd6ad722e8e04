import type { Fraction } from '../../../music/abc/fraction.js';
import type { FolkSymbol } from './symbols.js';
import { folkSymbols } from './vocabulary.js';

/** Time of the grammar: a quarter of an eighth note. Whatever is left of a bar can be filled with notes of `/4`. */
export const UNITS_AN_EIGHTH = 4;
export const NO_ACCIDENTAL = 99;

/** What a token means to the grammar. Lengths are in units. */
export type Sign =
  | { readonly kind: 'pitch'; readonly step: number; readonly accidental: number }
  | { readonly kind: 'duration'; readonly length: number; readonly broken: number }
  | { readonly kind: 'broken'; readonly by: number }
  | { readonly kind: 'tuplet'; readonly p: number; readonly q: number | undefined; readonly r: number }
  | { readonly kind: 'bar'; readonly line: string }
  | { readonly kind: 'volta'; readonly ending: string }
  | { readonly kind: 'open' | 'close' | 'rest' | 'tie' | 'end' }
  | Extract<FolkSymbol, { kind: 'type' | 'meter' | 'key' }>
  /** What a generated tune never has: lengths that no one note can be written with, changes of key, endings beyond the second. */
  | { readonly kind: 'never' };

/** (token) */
export const SIGNS: readonly Sign[] = folkSymbols.map(signOf);

function signOf(symbol: FolkSymbol): Sign {
  switch (symbol.kind) {
    case 'pitch':
      return {
        kind: 'pitch',
        step: symbol.pitch.step,
        accidental: symbol.pitch.accidental ?? NO_ACCIDENTAL,
      };
    case 'duration': {
      const length = writable(symbol.duration);
      return length === undefined
        ? { kind: 'never' }
        : { kind: 'duration', length, broken: symbol.broken ?? 0 };
    }
    case 'broken':
      return { kind: 'broken', by: symbol.by };
    case 'tuplet':
      return { kind: 'tuplet', p: symbol.p, q: symbol.q, r: symbol.r };
    case 'bar':
      return { kind: 'bar', line: symbol.line };
    case 'volta':
      return symbol.bar && (symbol.ending === '1' || symbol.ending === '2')
        ? { kind: 'volta', ending: symbol.ending }
        : { kind: 'never' };
    case 'chord':
      return { kind: symbol.opens ? 'open' : 'close' };
    case 'rest':
    case 'tie':
    case 'end':
      return { kind: symbol.kind };
    case 'type':
    case 'meter':
      return symbol;
    case 'key':
      return symbol.fifths === 0 ? symbol : { kind: 'never' };
    case 'start':
      return { kind: 'never' };
  }
}

/** A length in units, if one note can be written with it: a power of two, with up to two dots. */
function writable({ num, den }: Fraction): number | undefined {
  const units = (UNITS_AN_EIGHTH * num) / den;
  if (!Number.isInteger(units)) return undefined;
  let odd = num;
  while (odd % 2 === 0) odd /= 2;
  return odd === 1 || odd === 3 || odd === 7 ? units : undefined;
}

/** Lengths that are fused with broken rhythm, as `length broken`: there the broken sign alone is another spelling of the same. */
export const FUSED: ReadonlySet<string> = new Set(
  SIGNS.flatMap((sign) =>
    sign.kind === 'duration' && sign.broken !== 0 ? [`${sign.length} ${sign.broken}`] : [],
  ),
);

/** The tokens that are pitches, which are most, and what they say; of one shape, since each is asked for each token of a tune. */
export const PITCHES = SIGNS.flatMap((sign, token) =>
  sign.kind === 'pitch' ? [{ token, step: sign.step, accidental: sign.accidental }] : [],
);

export const OTHERS: readonly number[] = SIGNS.flatMap((sign, token) =>
  sign.kind === 'pitch' ? [] : [token],
);

/** What a token is for: what it costs to forbid is counted apart. Bar lines include endings and the end of the tune; a plan is no music. */
export type TokenRole = 'header' | 'bar' | 'music' | 'plan';

export function tokenRole(token: number): TokenRole {
  switch (SIGNS[token]?.kind) {
    case undefined:
      return 'plan';
    case 'type':
    case 'meter':
    case 'key':
      return 'header';
    case 'bar':
    case 'volta':
    case 'end':
      return 'bar';
    default:
      return 'music';
  }
}

import type { Fraction } from '../../../music/abc/fraction.js';
import type { FolkSymbol } from './symbols.js';
import { folkSymbols } from './vocabulary.js';

/** The grammar's time unit is a quarter of an eighth note. Notes of `/4` can therefore fill whatever is left of a bar. */
export const UNITS_AN_EIGHTH = 4;
/** Value of `accidental` for a pitch written without one. */
export const NO_ACCIDENTAL = 99;

/** Meaning of a token for the grammar. Lengths are in units. */
export type Sign =
  | { readonly kind: 'pitch'; readonly step: number; readonly accidental: number }
  | { readonly kind: 'duration'; readonly length: number; readonly broken: number }
  | { readonly kind: 'broken'; readonly by: number }
  | { readonly kind: 'tuplet'; readonly p: number; readonly q: number | undefined; readonly r: number }
  | { readonly kind: 'bar'; readonly line: string }
  | { readonly kind: 'volta'; readonly ending: string }
  | { readonly kind: 'open' | 'close' | 'rest' | 'tie' | 'end' }
  | Extract<FolkSymbol, { kind: 'type' | 'meter' | 'key' }>
  /** Never generated: lengths that no single note can have, key changes, endings beyond the second. */
  | { readonly kind: 'never' };

/** Shape: (token). */
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

/** The length in units if a single note can have it: a power of two with up to two dots. */
function writable({ num, den }: Fraction): number | undefined {
  const units = (UNITS_AN_EIGHTH * num) / den;
  if (!Number.isInteger(units)) return undefined;
  let odd = num;
  while (odd % 2 === 0) odd /= 2;
  return odd === 1 || odd === 3 || odd === 7 ? units : undefined;
}

/**
 * Lengths that have a token fused with broken rhythm, as `length broken`. For these the separate broken-rhythm token
 * would be a second spelling.
 */
export const FUSED: ReadonlySet<string> = new Set(
  SIGNS.flatMap((sign) =>
    sign.kind === 'duration' && sign.broken !== 0 ? [`${sign.length} ${sign.broken}`] : [],
  ),
);

/**
 * All pitch tokens (the majority) with their content. All entries have the same object shape for speed: generation
 * visits each for every token.
 */
export const PITCHES = SIGNS.flatMap((sign, token) =>
  sign.kind === 'pitch' ? [{ token, step: sign.step, accidental: sign.accidental }] : [],
);

export const OTHERS: readonly number[] = SIGNS.flatMap((sign, token) =>
  sign.kind === 'pitch' ? [] : [token],
);

/**
 * Role of a token, so that the probability that masking removes can be counted by role. `bar` includes endings and the
 * end of the tune; plan tokens are not music.
 */
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

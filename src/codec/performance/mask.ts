import type { PerformanceSymbol, TokensByMeaning } from './alphabet.js';

/** The state of a pitch, which decides on the legal tokens. */
export const SILENT = 0;
export const SOUNDING = 1;
/** Sounding, and the model may end it. */
export const ENDABLE = 2;

/** Sorts the tokens of an alphabet by their meaning. `symbols` is (token). */
export function tokensByMeaning(symbols: readonly PerformanceSymbol[]): TokensByMeaning {
  const ons: number[][] = Array.from({ length: 128 }, () => []);
  const offs: number[][] = Array.from({ length: 128 }, () => []);
  const shifts: number[] = [];
  const velocities: number[][] = [];
  for (const [token, symbol] of symbols.entries()) {
    if (symbol.type === 'on') ons[symbol.pitch]!.push(token);
    else if (symbol.type === 'off') offs[symbol.pitch]!.push(token);
    else if (symbol.type === 'shift') shifts.push(token);
    else velocities[symbol.bin] = [token];
  }
  return { ons, offs, shifts, velocities };
}

/** The state of a stream, as far as it makes tokens illegal. */
export interface MaskPlace {
  /** SILENT, SOUNDING or ENDABLE. (pitch) */
  readonly pitches: Uint8Array;
  /** Bin of the last velocity; -1: none yet. */
  readonly bin: number;
  readonly last: 'nothing' | 'velocity' | 'shortShift';
}

/**
 * Writes 0 into `mask` (token) for illegal tokens: onsets of pitches that sound, offs of notes that the model cannot end, a velocity
 * that changes nothing or follows another, a shift after one that was not the longest. Where that leaves no token (every key is
 * down, or a grammar forbade the rest), time shifts are allowed. Allocates nothing.
 */
export function maskIllegalTokens(tokens: TokensByMeaning, place: MaskPlace, mask: Uint8Array): void {
  const { pitches, bin, last } = place;
  for (let pitch = 0; pitch < pitches.length; pitch++) {
    if (pitches[pitch] !== SILENT) write(mask, tokens.ons[pitch]!, 0);
    if (pitches[pitch] !== ENDABLE) write(mask, tokens.offs[pitch]!, 0);
  }
  if (last === 'shortShift') write(mask, tokens.shifts, 0);
  for (let other = 0; other < tokens.velocities.length; other++) {
    if (last === 'velocity' || other === bin) write(mask, tokens.velocities[other]!, 0);
  }
  if (!mask.includes(1)) write(mask, tokens.shifts, 1);
}

function write(mask: Uint8Array, tokens: readonly number[], value: 0 | 1): void {
  for (let index = 0; index < tokens.length; index++) mask[tokens[index]!] = value;
}

import type { Seconds } from '../../../../music/units.js';

/** Number of tempo bins: the beat period in steps of 4 %, from 0.25 s (240 a minute) to 1.64 s (37). */
export const TEMPOS = 48;
const SHORTEST: Seconds = 0.25;
const RATIO = Math.log(1.04);

/** The tempo bin nearest to a beat period. */
export function tempoOfBeat(beat: Seconds): number {
  const bin = Math.round(Math.log(beat / SHORTEST) / RATIO);
  return Math.min(TEMPOS - 1, Math.max(0, bin));
}

export function beatOfTempo(bin: number): Seconds {
  return SHORTEST * Math.exp(bin * RATIO);
}

/** Whether a beat period has left `bin`, with hysteresis: it must pass the middle of the neighbouring bin. */
export function hasLeftTempo(beat: Seconds, bin: number): boolean {
  return Math.abs(Math.log(beat / beatOfTempo(bin))) > RATIO && tempoOfBeat(beat) !== bin;
}

export function tempoWords(bin: number): string {
  return `${(60 / beatOfTempo(bin)).toFixed(1)} beats a minute`;
}

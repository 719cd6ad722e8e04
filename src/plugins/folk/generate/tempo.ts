import { ContinuoError } from '../../../errors.js';
import { ONE } from '../../../music/abc/fraction.js';
import { isCompound } from '../../../music/abc/meter.js';
import { readTempo } from '../../../music/abc/tempo.js';
import type { Meter, Tune } from '../../../music/abc/tune.js';

/** The range of plausible tempos, in eighth notes per minute. */
const SLOWEST = 20;
const FASTEST = 2000;
const SAID = /^(?:(\d{1,2})\s*\/\s*(\d{1,2})\s*=\s*)?(\d{1,3})$/;

/** Checks a tempo such as `3/8=110`, or `110` beats of the meter. Throws OPTION_VALUE. */
export function requireTempo(text: string): void {
  const found = SAID.exec(text.trim());
  const [num, den, count] = [Number(found?.[1] ?? 1), Number(found?.[2] ?? 4), Number(found?.[3])];
  const speed = (8 * num * count) / den;
  if (found && [1, 2, 4, 8, 16].includes(den) && speed >= SLOWEST && speed <= FASTEST) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `"${text.slice(0, 40)}" is no tempo for a tune.`,
    'A tempo is written 3/8=110 or 1/4=96; 110 alone counts the beats of the meter.',
  );
}

/** The tempo as the Q: field of a tune in this meter. */
export function tempoText(text: string, meter: Meter | null): string {
  const [, num, den, count] = SAID.exec(text.trim())!;
  return `${num === undefined ? beatText(meter) : `${num}/${den}`}=${count}`;
}

/** The tempo fields of a tune: the text of Q:, and its speed in eighth notes. */
export function saidTempo(tempo: string | undefined): Pick<Tune, 'tempo' | 'speed'> {
  if (tempo === undefined) return {};
  const { eighths } = readTempo(tempo, ONE);
  return { tempo, ...(eighths === undefined ? {} : { speed: eighths }) };
}

/** The beat of a meter: three notes in compound time, a half note in C|, else the denominator. */
function beatText(meter: Meter | null): string {
  if (meter === null) return '1/4';
  return `${isCompound(meter) ? 3 : 1}/${meter.den}`;
}

import { ContinuoError } from '../../../errors.js';
import { barsOfTune, type Edge } from '../../../music/abc/bars.js';
import { barLength, meterText } from '../../../music/abc/meter.js';
import type { Tune } from '../../../music/abc/tune.js';
import { TUNE_TYPES, type TuneType } from '../../../music/abc/tune-type.js';
import { resolveRequest } from './rules.js';
import type { Asked } from './tunes.js';

/**
 * The request that would produce a tune like this one: its type (or none), meter, mode, form and bars per part, with tonic C.
 * Returns the reason if no request can: parts of different lengths, free meter, or a type that does not occur in the meter.
 */
export function askedLike(
  tune: Tune,
  learnt: readonly TuneType[] = TUNE_TYPES,
): Asked | { readonly not: string } {
  if (tune.meter === null) return { not: 'the meter is free' };
  const form = formOf(tune);
  if (form === null) return { not: 'parts of different lengths' };
  const request = {
    ...(tune.type === undefined ? {} : { type: tune.type }),
    key: `C${tune.key.mode}`,
    meter: meterText(tune.meter),
    ...form,
    range: 'any',
  };
  try {
    const rules = resolveRequest(request, learnt);
    // A tune without a type is requested as such: a request without a type lets the network choose one.
    return { request, rules: tune.type === undefined ? { ...rules, types: [null] } : rules, prime: [] };
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    return { not: error.message };
  }
}

/** Music shorter than this before the first repeat is a pickup, not a part. */
const LEAST_BARS = 0.75;

/** Form and bars per part, if all parts have the same length not counting a pickup or its complement. */
function formOf(tune: Tune): { form: string; bars: number } | null {
  const { num, den } = barLength(tune.meter!);
  const parts: { time: number; before: Edge; repeated: boolean; endings: number }[] = [];
  for (const { length, before, after } of barsOfTune(tune)) {
    if (parts.length === 0 || (before !== '|' && before !== 'volta'))
      parts.push({ time: 0, before, repeated: false, endings: 0 });
    const part = parts.at(-1)!;
    if (before === 'volta') part.endings++;
    // All endings of a repeat count as one.
    if (part.endings < 2) part.time += (length.num * den) / length.den / num;
    if (after === ':|') part.repeated = true;
  }
  if (parts[0] && parts[0].time < LEAST_BARS && parts.length > 1) parts.shift();
  const bars = Math.round(parts[0]?.time ?? 0);
  if (parts.some(({ time }) => Math.round(time) !== bars)) return null;
  // Ambiguous whether the repeat covers both parts or only the second.
  const unclear = parts.some(
    ({ repeated, before }, index) => repeated && before === '||' && !parts[index - 1]?.repeated,
  );
  if (unclear) return null;
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const form = parts.map(({ repeated }, index) => (letters[index] ?? '').repeat(repeated ? 2 : 1)).join('');
  return { form, bars };
}

import { ContinuoError } from '../../../errors.js';
import { barsOfTune, type Edge } from '../../../music/abc/bars.js';
import { barLength, meterText } from '../../../music/abc/meter.js';
import type { Tune } from '../../../music/abc/tune.js';
import { TUNE_TYPES, type TuneType } from '../../../music/abc/tune-type.js';
import { resolveWish } from './rules.js';
import type { Asked } from './tunes.js';

/**
 * What one would ask for to get a tune like this one: its type (or that it has none), meter, mode, form and bars a part, on C.
 * Or why one cannot: parts of different lengths, a free meter, a type in a meter that it is not danced in.
 */
export function askedLike(
  tune: Tune,
  learnt: readonly TuneType[] = TUNE_TYPES,
): Asked | { readonly not: string } {
  if (tune.meter === null) return { not: 'the meter is free' };
  const form = formOf(tune);
  if (form === null) return { not: 'parts of different lengths' };
  const wish = {
    ...(tune.type === undefined ? {} : { type: tune.type }),
    key: `C${tune.key.mode}`,
    meter: meterText(tune.meter),
    ...form,
    range: 'any',
  };
  try {
    const rules = resolveWish(wish, learnt);
    // A tune without a type is asked for as such: where a wish says no type, the network may choose one.
    return { wish, rules: tune.type === undefined ? { ...rules, types: [null] } : rules, prime: [] };
  } catch (error) {
    if (!(error instanceof ContinuoError)) throw error;
    return { not: error.message };
  }
}

/** Less than this is a pickup before the first repeat, not a part. */
const LEAST_BARS = 0.75;

/** Form and bars a part where all parts have as many, a pickup or its complement aside. */
function formOf(tune: Tune): { form: string; bars: number } | null {
  const { num, den } = barLength(tune.meter!);
  const parts: { time: number; before: Edge; repeated: boolean; endings: number }[] = [];
  for (const { length, before, after } of barsOfTune(tune)) {
    if (parts.length === 0 || (before !== '|' && before !== 'volta'))
      parts.push({ time: 0, before, repeated: false, endings: 0 });
    const part = parts.at(-1)!;
    if (before === 'volta') part.endings++;
    // Each ending stands for the first.
    if (part.endings < 2) part.time += (length.num * den) / length.den / num;
    if (after === ':|') part.repeated = true;
  }
  if (parts[0] && parts[0].time < LEAST_BARS && parts.length > 1) parts.shift();
  const bars = Math.round(parts[0]?.time ?? 0);
  if (parts.some(({ time }) => Math.round(time) !== bars)) return null;
  // Whether the repeat is around both parts or the second alone cannot be told.
  const unclear = parts.some(
    ({ repeated, before }, index) => repeated && before === '||' && !parts[index - 1]?.repeated,
  );
  if (unclear) return null;
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const form = parts.map(({ repeated }, index) => (letters[index] ?? '').repeat(repeated ? 2 : 1)).join('');
  return { form, bars };
}

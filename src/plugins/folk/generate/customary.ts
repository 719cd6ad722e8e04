import { meterText, readMeter } from '../../../music/abc/meter.js';
import type { TuneType } from '../../../music/abc/tune-type.js';
import type { TuneWish } from './rules.js';

/** Players' names for jigs in these meters; books write R:jig for both. */
const JIGS: Readonly<Record<string, TuneType>> = { '9/8': 'slip-jig', '12/8': 'slide' };

/** Replaces the type of a wish with the name that players use, and explains the change in a note. */
export function customary(wish: TuneWish): { readonly wish: TuneWish; readonly note?: string } {
  const meter = wish.meter === undefined ? undefined : readMeter(wish.meter);
  const type = typeof meter === 'object' && meter !== null ? JIGS[meterText(meter)] : undefined;
  if (type === undefined || (wish.type !== undefined && wish.type !== 'jig')) return { wish };
  const name = type.replaceAll('-', ' ');
  const note =
    wish.type === undefined
      ? `A tune in ${wish.meter} is made as a ${name}, since no type was asked for.`
      : `A jig in ${wish.meter} is a ${name}: it is made and labelled so.`;
  return { wish: { ...wish, type }, note };
}

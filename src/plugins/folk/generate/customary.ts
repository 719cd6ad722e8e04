import { meterText, readMeter } from '../../../music/abc/meter.js';
import type { TuneType } from '../../../music/abc/tune-type.js';
import type { RequestedTune } from './rules.js';

/** Players' names for jigs in these meters; books write R:jig for both. */
const JIGS: Readonly<Record<string, TuneType>> = { '9/8': 'slip-jig', '12/8': 'slide' };

/** Replaces the type of a request with the name that players use, and explains the change in a note. */
export function customary(request: RequestedTune): {
  readonly request: RequestedTune;
  readonly note?: string;
} {
  const meter = request.meter === undefined ? undefined : readMeter(request.meter);
  const type = typeof meter === 'object' && meter !== null ? JIGS[meterText(meter)] : undefined;
  if (type === undefined || (request.type !== undefined && request.type !== 'jig')) return { request };
  const name = type.replaceAll('-', ' ');
  const note =
    request.type === undefined
      ? `A tune in ${request.meter} is made as a ${name}, since no type was asked for.`
      : `A jig in ${request.meter} is a ${name}: it is made and labelled so.`;
  return { request: { ...request, type }, note };
}

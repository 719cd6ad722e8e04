import type { StreamParams } from '../../../codec/codec.js';
import { C_MAJOR, type Key, readKey } from '../../../music/abc/key.js';
import { barLength, isCompound, meterText, readMeter } from '../../../music/abc/meter.js';
import type { Meter } from '../../../music/abc/tune.js';
import { TUNE_TYPES, type TuneType, TYPE_METERS } from '../../../music/abc/tune-type.js';
import type { Seconds } from '../../../music/units.js';
import { UNITS_AN_EIGHTH } from './grammar-tokens.js';

/** Settings that are fixed for a whole tune. Lengths are in the grammar's units: four to an eighth note. */
export interface LiveTune {
  readonly type: TuneType | null;
  readonly key: Key;
  readonly meter: Meter;
  readonly bar: number;
  readonly beat: number;
  /** Length of the pickup before the first full bar and before each phrase; shorter than a bar, 0 if there is none. */
  readonly pickup: number;
}

/** Settings that may change within a tune. */
export interface LivePace {
  /** Beats per minute; the meter determines the beat. */
  readonly tempo: number;
  /** Units: the player's notes are quantised to multiples of it. */
  readonly grid: number;
}

/** Bars in a phrase. Its first half ends with a half close, the whole on the tonic. */
export const PHRASE = 8;

const COMMON_TIME: Meter = { num: 4, den: 4 };

/**
 * Reads the parameters `type`, `key`, `meter` and `pickup` (in steps of `grid`). Invalid or missing values fall back
 * to C, 4/4, no type and no pickup; so do a type that is not danced in that meter, and a pickup of a bar or more.
 */
export function liveTune({ type, key, meter, pickup, grid }: StreamParams): LiveTune {
  const readAs = readKey(String(key ?? 'C'));
  const metre = readMeter(String(meter ?? '4/4'));
  const held = typeof metre === 'string' || metre === null ? COMMON_TIME : metre;
  const { num, den } = barLength(held);
  const bar = (UNITS_AN_EIGHTH * num) / den;
  const upbeat = typeof pickup === 'number' && pickup > 0 ? pickup * gridUnits(grid) : 0;
  return {
    type: TUNE_TYPES.find((known) => known === type && TYPE_METERS[known].includes(meterText(held))) ?? null,
    key: typeof readAs === 'string' ? C_MAJOR : readAs,
    meter: held,
    bar,
    beat: isCompound(held) ? 3 * UNITS_AN_EIGHTH : (8 * UNITS_AN_EIGHTH) / held.den,
    pickup: upbeat < bar ? upbeat : 0,
  };
}

/** Reads the parameters `tempo` (default 100 beats per minute) and `grid` (`sixteenths`, else eighths). */
export function livePace({ tempo, grid }: StreamParams): LivePace {
  return {
    tempo: typeof tempo === 'number' && tempo > 0 ? tempo : 100,
    grid: gridUnits(grid),
  };
}

/** Reads the parameter `lead`: whether the music is led at all, that is, biased towards what tunes by people have. */
export function isLed({ lead }: StreamParams): boolean {
  return typeof lead === 'number' && lead > 0;
}

function gridUnits(grid: StreamParams[string] | undefined): number {
  return grid === 'sixteenths' ? UNITS_AN_EIGHTH / 2 : UNITS_AN_EIGHTH;
}

/** Position where a tune begins: a pickup fills the end of a bar. Units from the start of that bar. */
export function startOf({ bar, pickup }: LiveTune): number {
  return pickup === 0 ? 0 : bar - pickup;
}

/** Duration of one unit in seconds. */
export function unitSeconds({ beat }: LiveTune, { tempo }: LivePace): Seconds {
  return 60 / tempo / beat;
}

import type { StreamParams } from '../../../codec/codec.js';
import { C_MAJOR, type Key, readKey } from '../../../music/abc/key.js';
import { barLength, isCompound, meterText, readMeter } from '../../../music/abc/meter.js';
import type { Meter } from '../../../music/abc/tune.js';
import { TUNE_TYPES, type TuneType, TYPE_METERS } from '../../../music/abc/tune-type.js';
import type { Seconds } from '../../../music/units.js';
import { UNITS_AN_EIGHTH } from './grammar-tokens.js';

/** What a tune is in from its first note to its last. Lengths are in units of the grammar: four an eighth note. */
export interface LiveTune {
  readonly type: TuneType | null;
  readonly key: Key;
  readonly meter: Meter;
  readonly bar: number;
  readonly beat: number;
  /** What comes before the first full bar, and before each phrase's; shorter than a bar, 0 where there is none. */
  readonly pickup: number;
}

/** What may change while a tune goes on. */
export interface LivePace {
  /** Beats a minute; the meter says what a beat is. */
  readonly tempo: number;
  /** Units: a player's notes begin on multiples of it. */
  readonly grid: number;
}

/** Bars of a phrase: its first half ends open, the whole on the tonic. */
export const PHRASE = 8;

const COMMON_TIME: Meter = { num: 4, den: 4 };

/**
 * Reads the parameters `type`, `key`, `meter`, and `pickup`, which counts steps of `grid`. No type where none is said, or where it
 * is not danced in that meter; no pickup where it would fill the bar; else C and 4/4.
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

/** Reads the parameters `tempo` and `grid`. */
export function livePace({ tempo, grid }: StreamParams): LivePace {
  return {
    tempo: typeof tempo === 'number' && tempo > 0 ? tempo : 100,
    grid: gridUnits(grid),
  };
}

/** Reads the parameter `lead`: whether the music is led at all. */
export function isLed({ lead }: StreamParams): boolean {
  return typeof lead === 'number' && lead > 0;
}

function gridUnits(grid: StreamParams[string] | undefined): number {
  return grid === 'sixteenths' ? UNITS_AN_EIGHTH / 2 : UNITS_AN_EIGHTH;
}

/** Where a tune begins: a pickup is the end of a bar. Units from the beginning of that bar. */
export function startOf({ bar, pickup }: LiveTune): number {
  return pickup === 0 ? 0 : bar - pickup;
}

/** How long a unit lasts. */
export function unitSeconds({ beat }: LiveTune, { tempo }: LivePace): Seconds {
  return 60 / tempo / beat;
}

import type { PageState } from './live-page.js';
import { PHRASE } from './live-settings.js';

/** How a phrase ends: open (half close), or on the tonic (close). */
export type CadenceKind = 'half' | 'close';

/** Minimum bars in a turn for it to have its own phrases; a shorter turn continues somebody else's phrase. */
const LEAST_TURN = 4;

/** Position relative to the end of a phrase. Positions are in units from the start of the first bar. */
export interface BeforeCadence {
  readonly kind: CadenceKind;
  /** Units until the phrase ends: at the bar line, or where the next phrase's pickup begins. */
  readonly left: number;
}

/**
 * The cadence that the bar at `position` leads to; null if no phrase ends with that bar. Phrases are counted back from
 * the end of the model's turn if it has an end and is long enough, else from the start of the part.
 */
export function beforeCadence(page: PageState, position: number): BeforeCadence | null {
  const { bar, pickup } = page.tune;
  const end = bar * (Math.floor(position / bar) + 1) - pickup;
  const left = end - position;
  const kind = left > 0 ? kindAt(page, end) : null;
  return kind && { kind, left };
}

/** The cadence at position `end`, or null. */
function kindAt({ tune, turn, until, part, at }: PageState, end: number): CadenceKind | null {
  const { bar, pickup } = tune;
  const ends = until !== null && until > at && until - turn >= LEAST_TURN * bar - pickup;
  const bars = ends ? (until - end) / bar : (end - part) / bar;
  const place = Math.round(bars) % PHRASE;
  if (place === 0) return 'close';
  return place === PHRASE / 2 ? 'half' : null;
}

/**
 * Zone within the last two beats: 0 in the last but one, 1 at the start of the last, 2 later in it; null earlier.
 * Arguments are in units.
 */
export function zoneOf(left: number, beat: number): number | null {
  if (left > 2 * beat) return null;
  if (left > beat) return 0;
  return 2 * left > beat ? 1 : 2;
}

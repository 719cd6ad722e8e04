import type { PageState } from './live-page.js';
import { PHRASE } from './live-settings.js';

/** How the phrase ends that a bar ends: open, or on the tonic. */
export type CadenceKind = 'half' | 'close';

/** A turn of fewer bars is part of somebody else's phrase. */
const LEAST_TURN = 4;

/**
 * Where what begins at a position stands before the end of a phrase; null where it does not. Positions are in units from the beginning
 * of the first bar.
 */
export interface BeforeCadence {
  readonly kind: CadenceKind;
  /** Units until the phrase ends: at the bar line, or where the next phrase's pickup begins. */
  readonly left: number;
}

/** Phrases are counted back from where the model's turn is to end, where it has an end and is long enough, else from the part's beginning. */
export function beforeCadence(page: PageState, position: number): BeforeCadence | null {
  const { bar, pickup } = page.tune;
  const end = bar * (Math.floor(position / bar) + 1) - pickup;
  const left = end - position;
  const kind = left > 0 ? kindAt(page, end) : null;
  return kind && { kind, left };
}

/** Which cadence, if any, ends at a position. */
function kindAt({ tune, turn, until, part, at }: PageState, end: number): CadenceKind | null {
  const { bar, pickup } = tune;
  const ends = until !== null && until > at && until - turn >= LEAST_TURN * bar - pickup;
  const bars = ends ? (until - end) / bar : (end - part) / bar;
  const place = Math.round(bars) % PHRASE;
  if (place === 0) return 'close';
  return place === PHRASE / 2 ? 'half' : null;
}

/** Where in the last two beats: 0 on the last but one, 1 at the beginning of the last one, 2 later in it; null where there is more to come. */
export function zoneOf(left: number, beat: number): number | null {
  if (left > 2 * beat) return null;
  if (left > beat) return 0;
  return 2 * left > beat ? 1 : 2;
}

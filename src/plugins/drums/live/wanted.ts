import type { Seconds } from '../../../music/units.js';
import { GRIDS } from '../codec/grid.js';
import type { DrumHead } from '../codec/head.js';
import { classOf, DENSITY_EDGES, LOUDNESS_EDGES, STYLES, TEMPO_EDGES } from '../codec/style.js';
import { FEWEST_BEATS, FIRST } from '../codec/vocabulary.js';
import type { Touch } from './listener.js';
import type { Feel, Settings } from './settings.js';

const DENSITIES = DENSITY_EDGES.length + 1;
const LOUDNESSES = LOUDNESS_EDGES.length + 1;
const TEMPOS = TEMPO_EDGES.length + 1;

/** Classes that a plan may have, from the first to the last. */
type Span = readonly [first: number, last: number];

/** What a bar that begins now is to be like. */
export interface Wanted {
  readonly settings: Settings;
  readonly touch: Touch | null;
  readonly pace: Seconds;
  /** Beats of the bar. */
  readonly beats: number;
  /** Whether it is to be a fill; null: as the network likes. */
  readonly fill: boolean | null;
}

/** Writes 0 into `mask` (token) where a bar would begin otherwise than the user and the player want it. */
export function maskUnwanted(head: DrumHead, wanted: Wanted, mask: Uint8Array): void {
  if (head.expects === 'BAR') {
    mask.fill(0, FIRST.BAR, FIRST.PLAN);
    mask[barOf(wanted)] = 1;
  } else if (head.expects === 'PLAN') maskPlans(wanted, mask);
  else if (head.expects === 'BEAT' && wanted.settings.feel !== 'any') maskBeats(wanted.settings.feel, mask);
}

/** Whether the bar of this number, counted from 1, is one of each `every`; null for 0: nobody says. */
export function isEvery(bar: number, every: number): boolean | null {
  return every === 0 ? null : bar % every === 0;
}

function maskBeats(feel: Feel, mask: Uint8Array): void {
  for (let grid = 0; grid < GRIDS.length; grid++)
    if ((GRIDS[grid]! % 3 === 0) !== (feel === 'triplets')) mask[FIRST.BEAT + grid] = 0;
}

function barOf({ settings, pace, beats }: Wanted): number {
  const tempo = classOf(60 / pace, TEMPO_EDGES);
  return FIRST.BAR + ((beats - FEWEST_BEATS) * STYLES.length + settings.style) * TEMPOS + tempo;
}

function maskPlans({ settings, touch, fill: asked }: Wanted, mask: Uint8Array): void {
  const { denser, louder, followsTouch } = settings;
  const followed = followsTouch ? touch : null;
  const fill = asked === null ? null : Number(asked);
  const [sparsest, densest] = spanOf(followed?.density, denser, DENSITIES);
  const [softest, loudest] = spanOf(followed?.loudness, louder, LOUDNESSES);
  // A fill may be denser than what it ends.
  const most = fill === 1 ? Math.min(DENSITIES - 1, densest + 1) : densest;
  for (let density = 0; density < DENSITIES; density++)
    for (let loudness = 0; loudness < LOUDNESSES; loudness++)
      for (let filled = 0; filled < 2; filled++) {
        const fits =
          density >= sparsest &&
          density <= most &&
          loudness >= softest &&
          loudness <= loudest &&
          (fill ?? filled) === filled;
        if (!fits) mask[FIRST.PLAN + (density * LOUDNESSES + loudness) * 2 + filled] = 0;
      }
}

/** Classes so much above or below what is followed; where nothing is, those of that end. */
function spanOf(followed: number | undefined, shift: number, classes: number): Span {
  if (followed !== undefined) {
    const wanted = Math.max(0, Math.min(classes - 1, followed + shift));
    return [wanted, wanted];
  }
  if (shift === 0) return [0, classes - 1];
  const middle = shift < 0 ? (classes - 1) / 2 + shift : classes / 2 + shift;
  const first = Math.max(0, Math.min(classes - 2, Math.floor(middle)));
  return [first, first + 1];
}

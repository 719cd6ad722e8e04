import type { Seconds } from '../../../music/units.js';
import { DOUBLE, SNARE } from './kit.js';
import type { Hit } from './piece.js';

/** Two strokes of the snare that are closer are one that a kit has heard twice. */
const CLOSEST: Seconds = 0.015;
/** Two that are farther apart are two strokes. */
const FARTHEST: Seconds = 0.048;
/** How far apart the strokes of a double are played, and how loud the second one is beside the first: medians of the corpus. */
const APART: Seconds = 0.033;
const SECOND = 0.9;

/** Two close strokes of the snare become one double stroke at the first one's time, as loud as the louder. `beat`: its length in seconds. */
export function joinDoubles(hits: readonly Hit[], beat: Seconds): Hit[] {
  const joined: Hit[] = [];
  let open: { readonly hit: Hit; readonly place: number } | null = null;
  for (const hit of hits) {
    const apart: number = open === null || hit.drum !== SNARE ? Infinity : (hit.at - open.hit.at) * beat;
    if (open !== null && apart >= CLOSEST && apart < FARTHEST) {
      const velocity = Math.max(open.hit.velocity, hit.velocity);
      joined[open.place] = { at: open.hit.at, drum: DOUBLE, velocity };
      open = null;
      continue;
    }
    if (hit.drum === SNARE) open = { hit, place: joined.length };
    joined.push(hit);
  }
  return joined;
}

/** The strokes of a hit: one, or two of a double. `beat`: its length in seconds. */
export function strokesOf(hit: Hit, beat: Seconds): Hit[] {
  if (hit.drum !== DOUBLE) return [hit];
  const first = { ...hit, drum: SNARE };
  return [
    first,
    { at: hit.at + APART / beat, drum: SNARE, velocity: Math.max(1, Math.round(SECOND * hit.velocity)) },
  ];
}

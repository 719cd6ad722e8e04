import { TICKS_PER_BEAT } from './grid.js';
import { BEGINNING, headAfter, hitOf } from './head.js';
import type { Hit } from './piece.js';

/** What tokens play, in order of time. Total: a token that makes no sense where it stands makes nothing happen. Throws TOKEN_RANGE. */
export function decodeDrums(tokens: ArrayLike<number>): Hit[] {
  const hits: Hit[] = [];
  let head = BEGINNING;
  for (let at = 0; at < tokens.length && head.expects !== 'END'; at++) {
    const token = tokens[at]!;
    const after = headAfter(head, token);
    const hit = hitOf(head, token);
    if (hit !== null)
      hits.push({ at: Math.max(0, hit.tick) / TICKS_PER_BEAT, drum: hit.drum, velocity: hit.velocity });
    head = after;
  }
  return hits.sort((a, b) => a.at - b.at || a.drum - b.drum);
}

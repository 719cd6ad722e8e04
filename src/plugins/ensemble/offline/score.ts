import { type BeatMap, mapBetween, TICKS_PER_BEAT, tickAt } from '../../../music/beats/beat-map.js';
import type { Note } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import { type BeatNote, EARLY_BEATS } from '../gestures/classify.js';
import { type BeatPlace, type HeardNote, harmoniesOf } from '../harmony/listener.js';
import { plainPlan } from '../harmony/plan/plain.js';
import type { HarmonicPlan } from '../harmony/plan/plan.js';
import { placeOf } from '../live/band.js';

/** A whole file in beats, from a bar line on. */
export interface FileScore {
  readonly map: BeatMap;
  /** Beats of a bar: three or four, whichever most bars have. */
  readonly bar: 3 | 4;
  readonly leader: readonly BeatNote[];
  readonly plan: HarmonicPlan;
  /** The bar line with which the band comes in: the leader's first, or the one after his upbeat. */
  readonly enters: number;
}

/** Notes this short at the beginning of a beat are the tail of the one before. In beats. */
const TAIL = 0.15;

/** Lays a file out in beats. `all`: every note that says something of the harmony, the leader's among them. */
export function scoreOf(
  { leader, all }: { readonly leader: readonly Note[]; readonly all: readonly Note[] },
  beats: BeatMap,
  until: Seconds,
): FileScore {
  const map = mapBetween(beats, Math.min(all[0]!.start, leader[0]!.start), until);
  const bar = map.bars.filter((length) => length === 3).length > map.bars.length / 2 ? 3 : 4;
  const inBeats = (notes: readonly Note[]) => {
    const at = (time: Seconds) => tickAt(map, time) / TICKS_PER_BEAT;
    return notes.map((note): BeatNote => ({ ...note, start: at(note.start), end: at(note.end) }));
  };
  const count = map.beats.length - 1;
  const places = Array.from({ length: count }, (_, beat) => placeOf(beat % bar, bar));
  const led = inBeats(leader);
  return {
    ...{ map, bar, leader: led, plan: planOf(inBeats(all), places, bar) },
    enters: bar * Math.ceil((led[0]!.start - 2 * EARLY_BEATS) / bar),
  };
}

function planOf(notes: readonly BeatNote[], places: readonly BeatPlace[], bar: number): HarmonicPlan {
  const heard: HeardNote[][] = places.map(() => []);
  for (const { pitch, start, end } of notes) {
    const first = Math.max(0, Math.floor(start + EARLY_BEATS));
    for (let beat = first; beat < end && beat < heard.length; beat++) {
      const [from, to] = [Math.max(0, start - beat), Math.min(1, end - beat)];
      if (to > from && (beat === first || to >= TAIL)) heard[beat]!.push({ pitch, from, to });
    }
  }
  return plainPlan(harmoniesOf(heard, places), bar);
}

import { type BeatClock, beatAt, timeOfBeat } from '../../../music/beats/beat-clock.js';
import type { Seconds } from '../../../music/units.js';
import { TICKS_PER_BEAT } from '../codec/grid.js';

export function tickAt(clock: BeatClock, time: Seconds): number {
  return beatAt(clock, time) * TICKS_PER_BEAT;
}

export function timeAt(clock: BeatClock, tick: number): Seconds {
  return timeOfBeat(clock, tick / TICKS_PER_BEAT);
}

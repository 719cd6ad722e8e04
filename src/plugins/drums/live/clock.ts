import type { Seconds } from '../../../music/units.js';
import { TICKS_PER_BEAT } from '../codec/grid.js';

/** Ticks as times: from `tick` at `time` on a beat lasts `pace`. */
interface Stretch {
  readonly tick: number;
  readonly time: Seconds;
  readonly pace: Seconds;
}

/** Where the beats lie: until `next` begins, as `now` says. Never changed in place. */
export interface Clock {
  readonly now: Stretch;
  readonly next: Stretch | null;
}

/** A clock whose tick 0 is at `time`. */
export function clockFrom(time: Seconds, pace: Seconds): Clock {
  return { now: { tick: 0, time, pace }, next: null };
}

export function timeAt({ now, next }: Clock, tick: number): Seconds {
  const { time, pace, tick: from } = next !== null && tick >= next.tick ? next : now;
  return time + ((tick - from) / TICKS_PER_BEAT) * pace;
}

export function tickAt({ now, next }: Clock, time: Seconds): number {
  const { time: from, pace, tick } = next !== null && time >= next.time ? next : now;
  return tick + ((time - from) / pace) * TICKS_PER_BEAT;
}

/** How long a beat lasts at that time. */
export function paceAt({ now, next }: Clock, time: Seconds): Seconds {
  return next !== null && time >= next.time ? next.pace : now.pace;
}

/** A bent beat is no shorter and no longer than its pace by this factor: what is farther off is made up for over several beats. */
const MOST_BENT = 1.5;

/** From the next beat after `now` on, beats lie where `beat` is one and each lasts `pace`; what is left of the present one is stretched to meet it. */
export function bent(clock: Clock, now: Seconds, beat: Seconds, pace: Seconds): Clock {
  const at = tickAt(clock, now);
  const tick = (Math.floor(at / TICKS_PER_BEAT + 1e-9) + 1) * TICKS_PER_BEAT;
  const old = timeAt(clock, tick);
  const told = beat + Math.round((old - beat) / pace) * pace;
  const rest = ((tick - at) / TICKS_PER_BEAT) * paceAt(clock, now);
  const time = Math.max(now + rest / MOST_BENT, Math.min(now + rest * MOST_BENT, told));
  const meanwhile = ((time - now) * TICKS_PER_BEAT) / (tick - at);
  return { now: { tick: at, time: now, pace: meanwhile }, next: { tick, time, pace } };
}

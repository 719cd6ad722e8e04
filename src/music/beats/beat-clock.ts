import type { Seconds } from '../units.js';

/** Beats as times: from beat `at` at `time` on, a beat lasts `pace`. */
interface Stretch {
  readonly at: number;
  readonly time: Seconds;
  readonly pace: Seconds;
}

/** Where the beats lie: until `next` begins, as `now` says. Beat 0 begins a bar. Never changed in place. */
export interface BeatClock {
  readonly now: Stretch;
  readonly next: Stretch | null;
}

export function beatClockFrom(time: Seconds, pace: Seconds): BeatClock {
  return { now: { at: 0, time, pace }, next: null };
}

export function timeOfBeat({ now, next }: BeatClock, beat: number): Seconds {
  const { time, pace, at } = next !== null && beat >= next.at ? next : now;
  return time + (beat - at) * pace;
}

export function beatAt({ now, next }: BeatClock, time: Seconds): number {
  const { time: from, pace, at } = next !== null && time >= next.time ? next : now;
  return at + (time - from) / pace;
}

export function paceAt({ now, next }: BeatClock, time: Seconds): Seconds {
  return next !== null && time >= next.time ? next.pace : now.pace;
}

/** A bent beat is no shorter and no longer than its pace by this factor: what is farther off is made up for over several beats. */
const MOST_BENT = 1.5;

/** From the next beat after `now` on, beats lie where `beat` is one and each lasts `pace`; the rest of the present one is stretched to meet it. */
export function bent(clock: BeatClock, now: Seconds, beat: Seconds, pace: Seconds): BeatClock {
  const at = beatAt(clock, now);
  const next = Math.floor(at + 1e-9) + 1;
  const old = timeOfBeat(clock, next);
  const told = beat + Math.round((old - beat) / pace) * pace;
  const rest = (next - at) * paceAt(clock, now);
  const time = Math.max(now + rest / MOST_BENT, Math.min(now + rest * MOST_BENT, told));
  return { now: { at, time: now, pace: (time - now) / (next - at) }, next: { at: next, time, pace } };
}

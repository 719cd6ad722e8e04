import { type BeatNote, EARLY_BEATS } from '../gestures/classify.js';
import { type HarmonicPlan, plannedAt } from '../harmony/plan/plan.js';
import type { LedBeat } from '../live/outlook.js';

/** A phrase so many semitones higher than the others on the mean is as full as can be; so much louder, too. */
const HIGHER = 5;
const LOUDER = 16;
/** A chord is looked ahead for so many beats at most. */
const FARTHEST = 8;

/** What the leader does around each beat of a plan. */
export function ledBeats(leader: readonly BeatNote[], plan: HarmonicPlan): LedBeat[] {
  const strikes = new Array<number>(plan.length).fill(0);
  const lowest = new Array<number | null>(plan.length).fill(null);
  for (const { start, end, pitch } of leader) {
    const first = Math.max(0, Math.floor(start + EARLY_BEATS));
    if (first < strikes.length) strikes[first]!++;
    for (let beat = first; beat < Math.min(end, plan.length); beat++)
      lowest[beat] = Math.min(lowest[beat] ?? pitch, pitch);
  }
  const fullness = fullnessOf(leader, plan);
  return plan.map((_, beat) => ({
    ...{ strikes: strikes[beat]!, fullness: fullness[beat]! },
    lowest: lowestUntil(lowest, chordEnd(plan, beat), beat),
  }));
}

function chordEnd(plan: HarmonicPlan, beat: number): number {
  let end = beat + 1;
  while (end < beat + FARTHEST && end < plan.length && !plan[end]!.begins) end++;
  return end;
}

function lowestUntil(lowest: readonly (number | null)[], end: number, beat: number): number | null {
  const sounding = lowest.slice(beat, end).filter((pitch) => pitch !== null);
  return sounding.length === 0 ? null : Math.min(...sounding);
}

/** How high and loud the phrase of each beat is beside the whole. (beat) */
function fullnessOf(leader: readonly BeatNote[], plan: HarmonicPlan): number[] {
  const phrases = phrasesOf(plan);
  const sums = Array.from({ length: (phrases.at(-1) ?? 0) + 1 }, () => ({ count: 0, pitch: 0, velocity: 0 }));
  const all = { count: 0, pitch: 0, velocity: 0 };
  for (const { start, pitch, velocity } of leader) {
    const phrase = sums[phrases[Math.max(0, Math.min(plan.length - 1, Math.floor(start + EARLY_BEATS)))]!]!;
    for (const sum of [phrase, all]) {
      sum.count++;
      sum.pitch += pitch;
      sum.velocity += velocity;
    }
  }
  const byPhrase = sums.map(({ count, pitch, velocity }) => {
    if (count === 0) return 0;
    const higher = pitch / count - all.pitch / all.count;
    const louder = velocity / count - all.velocity / all.count;
    return Math.max(-1, Math.min(1, higher / HIGHER + louder / LOUDER));
  });
  return phrases.map((phrase) => byPhrase[phrase]!);
}

/** The number of each beat's phrase. (beat) */
function phrasesOf(plan: HarmonicPlan): number[] {
  let phrase = 0;
  return plan.map(({ bar, section }, beat) => {
    const before = plannedAt(plan, beat - 1);
    if (beat > 0 && (bar < before.bar || section !== before.section)) phrase++;
    return phrase;
  });
}

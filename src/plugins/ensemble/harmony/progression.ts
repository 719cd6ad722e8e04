import { choose } from '../chance.js';
import { type Harmony, mod12, TRIADS } from './chord.js';
import { type Hearing, likelyChanges } from './listener.js';

/** What is gone round is no longer than so many beats. */
const LONGEST = 16;

/** The chords of the last bars that were played, to go round: whole bars, as many as there are, four or fewer; empty where there is none. */
export function lastBars({ past }: Hearing, bar: number): Harmony[] {
  const beats = bar * Math.floor(Math.min(LONGEST, past.length) / bar);
  return beats === 0 ? [] : past.slice(-beats).map(({ harmony }) => harmony);
}

/** A chord that often follows, in the same key. `chance`: from 0 to 1. */
export function nextChord(harmony: Harmony, chance: number): Harmony {
  const own = mod12(harmony.root - harmony.tonic) * TRIADS.length + harmony.triad;
  const all = likelyChanges(own).map((weight, kind) => ({ value: kind, weight: kind === own ? 0 : weight }));
  const kind = choose(all, chance)!;
  const root = (harmony.tonic + Math.floor(kind / TRIADS.length)) % 12;
  return { tonic: harmony.tonic, root, triad: kind % TRIADS.length };
}

/** The chord to end on: the major tonic, or the minor one where that was played more. */
export function closing({ past }: Hearing, { tonic }: Harmony): Harmony {
  const minorRoot = (tonic + 9) % 12;
  const count = (root: number, triad: number) =>
    past.filter(({ harmony }) => harmony.root === root && harmony.triad === triad).length;
  const minor = count(minorRoot, 1) > count(tonic, 0);
  return minor ? { tonic, root: minorRoot, triad: 1 } : { tonic, root: tonic, triad: 0 };
}

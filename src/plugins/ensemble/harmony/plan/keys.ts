import type { BeatNote } from '../../gestures/classify.js';
import { mod12 } from '../chord.js';
import type { Phrase } from './phrases.js';
import { SCALE } from './tables.js';

/** Nats that another key costs at the beginning of a phrase. */
const CHANGE = 18;
/** No note says more than one of so many beats. */
const LONGEST = 2;
/** A phrase's nats, of which each note has so many at the most. */
const WEIGHT = 0.8;

/** Nats of a phrase for the key that the file says. */
const SIGNED = 3;

/** A key signature: the tonic of its major scale, in force from a beat on. */
export interface Signature {
  readonly from: number;
  readonly tonic: number;
}

/** Another reading of the keys is kept where it is no more than so many nats worse. */
const NEARLY = 14;
/** Keys that melodies of few notes are easily taken for: a fifth above or below. */
const MISTAKEN = [5, 7] as const;

/** The tonic of the major scale of each phrase, and how well they fit, in nats. */
export interface Keys {
  readonly tonics: readonly number[];
  readonly nats: number;
}

/**
 * The keys of a melody as they fit best, and other readings that are nearly as good: all of them a fifth away. `beats`: beats of a bar;
 * `signatures`: those of the file.
 */
export function keysOf(
  melody: readonly BeatNote[],
  phrases: readonly Phrase[],
  beats: number,
  signatures: readonly Signature[],
): Keys[] {
  const said = phrases.map(({ from, bars }) => {
    const nats = new Float64Array(12);
    const signed = signatures.findLast((signature) => signature.from < (from + 1) * beats);
    if (signed) nats[signed.tonic]! += SIGNED;
    for (const { pitch, start, end } of melody)
      if (start >= from * beats - 0.5 && start < (from + bars) * beats - 0.5)
        for (let tonic = 0; tonic < 12; tonic++)
          nats[tonic]! += WEIGHT * Math.min(LONGEST, end - start) * SCALE[mod12(pitch - tonic)]!;
    return nats;
  });
  const best = bestKeys(said);
  const read = (away: number): Keys => {
    const tonics = best.map((tonic) => mod12(tonic + away));
    return { tonics, nats: tonics.reduce((sum, tonic, phrase) => sum + said[phrase]![tonic]!, 0) };
  };
  const own = read(0);
  return [own, ...MISTAKEN.map(read).filter(({ nats }) => nats > own.nats - NEARLY)];
}

function bestKeys(said: readonly Float64Array[]): number[] {
  let scores = new Float64Array(12);
  const from: Int8Array[] = [];
  for (const nats of said) {
    const best = scores.indexOf(Math.max(...scores));
    const change = scores[best]! - CHANGE;
    from.push(Int8Array.from(scores, (score, tonic) => (score >= change ? tonic : best)));
    scores = scores.map((score, tonic) => Math.max(score, change) + nats[tonic]!);
  }
  let tonic = scores.indexOf(Math.max(...scores));
  const keys: number[] = [];
  for (const back of from.reverse()) {
    keys.unshift(tonic);
    tonic = back[tonic]!;
  }
  return keys;
}

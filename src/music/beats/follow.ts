import { chordsByBeat } from '../chords/by-beat.js';
import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import { barsBetween, bassOfBeats, offBeats, wholeBars } from './bars.js';
import type { BeatMap } from './beat-map.js';
import { type BarPulse, BeatTracker } from './tracker.js';

/** The tracker is asked again after so long. */
const EVERY: Seconds = 0.5;
const BEATS = 4;
/** A beat comes no sooner after another than this share of the pace. */
const SOONEST = 0.6;
/** Below so many nats an onset nothing keeps to the pulse. */
const UNCLEAR = 0.25;

/**
 * The beats of what is played from the first note until `until`, as a {@link BeatTracker} hears them; null where there is no pulse that the
 * notes keep to. `told`: how long a beat lasts, where that is known. What came before the pulse was clear is counted back. `notes` are sorted by onset.
 */
export function followBeats(notes: readonly Note[], until: Seconds, told?: Seconds): BeatMap | null {
  const first = notes[0]?.start;
  if (first === undefined) return null;
  const tracker = new BeatTracker(told);
  const beats: Seconds[] = [];
  let next = 0;
  let pulse: BarPulse | null = null;
  for (let now = first + EVERY; ; now = Math.min(until, now + EVERY)) {
    for (; next < notes.length && notes[next]!.start <= now; next++) tracker.hear(notes[next]!);
    pulse = tracker.at(now);
    if (pulse !== null) layBeats(pulse, first, now, beats);
    if (now >= until) break;
  }
  if (pulse === null || pulse.clarity < UNCLEAR) return null;
  // The bar that is open at the end goes on.
  const ahead = until + 2 * BEATS * pulse.pace;
  layBeats(pulse, first, ahead, beats);
  if (beats.length < 2 * BEATS) return null;
  const map = barsBetween(wholeBars({ beats, lines: linesBy(pulse, beats, notes), meter: BEATS }));
  return offBeats(map, notes) === null ? map : null;
}

/** Adds the beats of `pulse` until `now`; the first time those since `first` too. */
function layBeats({ bar, pace }: BarPulse, first: Seconds, now: Seconds, beats: Seconds[]): void {
  const from = beats.length === 0 ? first - BEATS * pace : beats.at(-1)! + SOONEST * pace;
  for (let count = Math.ceil((from - bar) / pace); bar + count * pace <= now; count++)
    beats.push(bar + count * pace);
}

/**
 * Where bars begin: every fourth beat, so that a doubt of the beginning is no bar of another length. Which one, the onsets of the last
 * seconds say, and over all beats the bass and where the harmony changes.
 */
function linesBy({ bar, pace }: BarPulse, beats: readonly Seconds[], notes: readonly Note[]): number[] {
  const last = beats.length - 1;
  const believed = (((last - Math.round((beats[last]! - bar) / pace)) % BEATS) + BEATS) % BEATS;
  const from = (first: number) => beats.flatMap((_, beat) => ((beat - first) % BEATS === 0 ? [beat] : []));
  const bass = shares(bassOfBeats({ beats, lines: from(0), meter: BEATS }, notes));
  const changes = shares(changesOfBeats(beats, notes));
  const score = (first: number) => bass[first]! + changes[first]! + (first === believed ? BELIEVED : 0);
  return from([0, 1, 2, 3].reduce((best, first) => (score(first) > score(best) ? first : best)));
}

/** What the onsets of the last seconds weigh against all bass notes, and all changes of harmony. */
const BELIEVED = 0.35;

/** How often the harmony changes on every fourth beat. (first of these beats) */
function changesOfBeats(beats: readonly Seconds[], notes: readonly Note[]): number[] {
  const bars = new Array<number>(beats.length - 1).fill(1);
  const chords = chordsByBeat({ beats, bars }, notes);
  const changes = new Array<number>(BEATS).fill(0);
  for (let beat = 1; beat < chords.length; beat++)
    if (chords[beat]?.root !== chords[beat - 1]?.root) changes[beat % BEATS]!++;
  return changes;
}

function shares(counts: readonly number[]): number[] {
  const sum = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (sum > 0 ? count / sum : 0));
}

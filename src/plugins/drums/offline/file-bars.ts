import type { BeatMap } from '../../../music/beats/beat-map.js';
import type { Note } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import { type Stroke, type Touch, touchOf, withStroke } from '../live/listener.js';
import { type HeardBar, heardBar, isUpper, topNotes } from '../phrases/heard-bar.js';

/** A bar of a file that is drummed with. */
export interface FileBar {
  /** Times of its beats, and of the next bar's first one. */
  readonly times: readonly Seconds[];
  readonly touch: Touch;
  /** What its player plays, as phrases are heard by. */
  readonly heard: HeardBar;
}

/** Who begins later than this in a bar begins with an upbeat: the drummer comes in on the next bar line. As a share of the bar. */
const UPBEAT = 0.5;
/** An onset so near before a bar line belongs to the bar that begins there. As a share of a beat. */
const EARLY = 0.125;
/** Beside one who has not played yet. */
const QUIETLY: Touch = { density: 0, loudness: 1 };

/** The strokes of notes, in order of time: notes that begin together are one. */
export function strokesOfNotes(notes: readonly Note[]): readonly Stroke[] {
  const strokes: Stroke[] = [];
  for (const { start, velocity } of [...notes].sort((a, b) => a.start - b.start)) {
    const last = strokes.pop();
    strokes.push(...withStroke(last === undefined ? [] : [last], { time: start, velocity }));
  }
  return strokes;
}

/**
 * The bars of a file from the one where its player comes in to that of the last stroke. Each is to be drummed as densely and as loudly as it is
 * played; where the player rests, ever more softly and sparsely.
 */
export function barsOfFile({ beats, bars }: BeatMap, notes: readonly Note[]): readonly FileBar[] {
  const strokes = strokesOfNotes(notes);
  const struck = [...notes]
    .sort((a, b) => a.start - b.start)
    .map(({ start, pitch, velocity }) => ({ time: start, pitch, velocity }));
  const tops = topNotes(struck);
  const upper = tops.filter(isUpper(tops.map(({ pitch }) => pitch)));
  const made: FileBar[] = [];
  let touch = QUIETLY;
  let before: readonly Stroke[] = [];
  let beatsBefore = 0;
  for (const [first, count] of placesOf(bars)) {
    const times = beats.slice(first, first + count + 1);
    const [from, to] = [times[0]!, times.at(-1)!];
    const early = EARLY * (times[1]! - from);
    const isOwn = ({ time }: { readonly time: Seconds }) => time >= from - early && time < to - early;
    const own = strokes.filter(isOwn);
    if (made.length === 0 && !(own.length > 0 && own[0]!.time < from + UPBEAT * (to - from))) continue;
    touch = touchOf(own, count) ?? touchOf([...before, ...own], beatsBefore + count) ?? softer(touch);
    [before, beatsBefore] = [own, count];
    made.push({ times, touch, heard: heardBar(times, struck.filter(isOwn), upper.filter(isOwn)) });
    if (strokes.at(-1)!.time < to - early) break;
  }
  return made;
}

/** The place of each bar's first beat, and its beats. */
function placesOf(bars: readonly number[]): readonly (readonly [first: number, count: number])[] {
  let first = 0;
  return bars.map((count) => {
    const place = [first, count] as const;
    first += count;
    return place;
  });
}

const softer = ({ density, loudness }: Touch): Touch => ({
  ...{ density: Math.max(0, density - 1), loudness: Math.max(0, loudness - 1) },
});

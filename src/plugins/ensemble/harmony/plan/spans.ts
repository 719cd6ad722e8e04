import type { BeatNote } from '../../gestures/classify.js';
import type { Span } from './places.js';

/** What is sung in a span. */
export interface SpanNote {
  readonly pitch: number;
  /** In beats, at most two. */
  readonly length: number;
  /** Whether it sounds as the span begins, or begins with the beat and lasts as long. */
  readonly heavy: boolean;
}

/** Notes that begin so shortly before a span, and last into it, are of it. In beats. */
const AHEAD = 0.55;
/** What lasts no longer in a span is the tail of a note before. */
const TAIL = 0.3;
const ON_BEAT = 1 / 8;

/** What is sung in each span; `melody` is sorted by start. */
export function spanNotes(melody: readonly BeatNote[], spans: readonly Span[]): SpanNote[][] {
  const heard: SpanNote[][] = spans.map(() => []);
  let first = 0;
  for (const note of melody) {
    while (first < spans.length && spans[first]!.from + spans[first]!.beats <= note.start + ON_BEAT) first++;
    for (let at = first; at < spans.length && spans[at]!.from < note.end; at++) {
      const { from, beats } = spans[at]!;
      const next = from + beats;
      // A note that anticipates what comes says nothing of what goes.
      if (next - note.start <= AHEAD && note.end - next >= 0.25 && at + 1 < spans.length) continue;
      const length = Math.min(next, note.end) - Math.max(from, note.start);
      if (length <= 0.05 || (note.start < from - AHEAD && length < TAIL)) continue;
      const begins = note.start <= from + ON_BEAT;
      const onBeat = Math.abs(note.start - Math.round(note.start)) <= ON_BEAT && length >= 0.9;
      heard[at]!.push({ pitch: note.pitch, length: Math.min(2, length), heavy: begins || onBeat });
    }
  }
  return heard;
}

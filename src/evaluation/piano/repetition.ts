import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';

/** Frame length of the onset grid, and the distance up to which two onsets still count as simultaneous. */
const FRAME: Seconds = 0.02;
const BLUR_FRAMES = 4;
/** Range of lags searched for the prompt's pulse: a bar of 4/4 from 171 down to 75 beats per minute, or half of a slower one. */
const SHORTEST_LAG: Seconds = 1.4;
const LONGEST_LAG: Seconds = 3.2;
/** Relative tolerance of a lag, because tempo drifts. */
const DRIFT = 0.03;

/**
 * The lag from {@link SHORTEST_LAG} to {@link LONGEST_LAG} at which the onsets of `notes` repeat best: about a bar. Performance
 * tokens have no bars, so it may also be half a bar or two; but all players' continuations are measured at the same lag. Ignores
 * pitches.
 */
export function pulseLag(notes: readonly Note[]): Seconds {
  const frames = onsetFrames(notes, () => 0, 1);
  let best = SHORTEST_LAG;
  let highest = Number.NEGATIVE_INFINITY;
  for (let lag = SHORTEST_LAG; lag <= LONGEST_LAG + 1e-9; lag += FRAME) {
    const likeness = likenessAt(frames, Math.round(lag / FRAME));
    if (likeness <= highest) continue;
    highest = likeness;
    best = lag;
  }
  return best;
}

/**
 * Self-similarity of `notes` at `lag`: the cosine between onsets by pitch class and the same onsets shifted by the lag, from 0
 * (nothing in common) to 1 (equal). Takes the best lag within {@link DRIFT}. NaN if nothing overlaps.
 */
export function repetition(notes: readonly Note[], lag: Seconds): number {
  const frames = onsetFrames(notes, ({ pitch }) => pitch % 12, 12);
  const from = Math.round((lag * (1 - DRIFT)) / FRAME);
  const to = Math.round((lag * (1 + DRIFT)) / FRAME);
  let highest = Number.NaN;
  for (let frame = from; frame <= to; frame++) {
    const likeness = likenessAt(frames, frame);
    if (!(likeness <= highest)) highest = likeness;
  }
  return highest;
}

/** A (frame, row) array with a triangular weight around each onset. */
interface Frames {
  readonly values: Float32Array;
  readonly rows: number;
  readonly count: number;
}

function onsetFrames(notes: readonly Note[], row: (note: Note) => number, rows: number): Frames {
  const last = notes.reduce((latest, { start }) => Math.max(latest, start), 0);
  const count = Math.round(last / FRAME) + BLUR_FRAMES + 1;
  const values = new Float32Array(count * rows);
  for (const note of notes) {
    const centre = Math.round(note.start / FRAME);
    for (let off = 1 - BLUR_FRAMES; off < BLUR_FRAMES; off++) {
      const frame = centre + off;
      if (frame < 0) continue;
      const at = frame * rows + row(note);
      values[at] = Math.max(values[at]!, 1 - Math.abs(off) / BLUR_FRAMES);
    }
  }
  return { values, rows, count };
}

function likenessAt({ values, rows, count }: Frames, lag: number): number {
  const length = (count - lag) * rows;
  let product = 0;
  let early = 0;
  let late = 0;
  for (let at = 0; at < length; at++) {
    const a = values[at]!;
    const b = values[at + lag * rows]!;
    product += a * b;
    early += a * a;
    late += b * b;
  }
  return early > 0 && late > 0 ? product / Math.sqrt(early * late) : Number.NaN;
}

import { type BeatMap, TICKS_PER_BEAT, timeAt } from '../../../music/beats/beat-map.js';
import type { BeatNote } from '../gestures/classify.js';
import data from './counted.json' with { type: 'json' };

/** Bars have four beats here: so have nearly all of the songs that were counted. */
const BEATS = 4;
/** Sixteenths of a bar. */
export const SIXTEENTHS = 16;
/** Intervals between onsets are told apart up to these, in sixteenths. */
const UNTIL_NEXT = [1.5, 2.5, 3.5, 5.5, 8.5];
const SINCE_LAST = [1.5, 2.5, 4.5];
/** Before the first note and after the last there is silence. In beats. */
const SILENCE = 4;

/** The most that is heard of a melody: its kinds of notes by place, in nats above what any place has. (kind, sixteenth of the bar) */
const NATS: Readonly<Record<string, readonly number[]>> = data.nats;

/** Which kind each note of a melody is: how long until the next one, how long since the last, and whether it goes up, down or stays. */
export function kindsOf(notes: readonly Pick<BeatNote, 'start' | 'pitch'>[]): string[] {
  return notes.map(({ start, pitch }, index) => {
    const [before, after] = [notes[index - 1], notes[index + 1]];
    const classOf = (bounds: readonly number[], beats: number) =>
      bounds.filter((bound) => 4 * beats > bound).length;
    const moves = before === undefined ? 0 : Math.sign(pitch - before.pitch);
    const next = classOf(UNTIL_NEXT, after === undefined ? SILENCE : after.start - start);
    const last = classOf(SINCE_LAST, before === undefined ? SILENCE : start - before.start);
    return `${next}${last}${moves < 0 ? '-' : moves > 0 ? '+' : '='}`;
  });
}

export interface HeardBars {
  /** A bar begins so many beats after beat 0 of the map: 0 to 4. */
  readonly begins: number;
  /** By how many nats that is likelier than that bars begin with beat 0. */
  readonly nats: number;
}

/** Where the bars of a melody begin, by the places that its kinds of notes have in people's songs. `notes`: in beats, sorted by start. */
export function barsIn(notes: readonly BeatNote[]): HeardBars {
  const late = gridOf(notes);
  const scores = new Array<number>(SIXTEENTHS).fill(0);
  for (const [index, kind] of kindsOf(notes).entries()) {
    const row = NATS[kind];
    if (row === undefined) continue;
    const at = Math.round(4 * (notes[index]!.start - late));
    for (let begins = 0; begins < SIXTEENTHS; begins++)
      scores[begins]! += 0.01 * row[modulo(at - begins, SIXTEENTHS)]!;
  }
  const best = scores.indexOf(Math.max(...scores));
  // What rounding puts just before beat 0 is beat 0.
  const begins = best / 4 + (Math.abs(late) < 1e-9 ? 0 : late);
  return { begins: modulo(begins, BEATS), nats: scores[best]! - scores[0]! };
}

/** How late notes are after sixteenths on the mean, from -1/8 to 1/8 of a beat. */
function gridOf(notes: readonly BeatNote[]): number {
  let [x, y] = [0, 0];
  for (const { start } of notes) {
    x += Math.cos(8 * Math.PI * start);
    y += Math.sin(8 * Math.PI * start);
  }
  return Math.atan2(y, x) / (8 * Math.PI);
}

/** The same pulse with bars of four from another place on; `begins`: beats from the first. */
export function withBarsAt(map: BeatMap, begins: number): BeatMap {
  const first = TICKS_PER_BEAT * (begins - BEATS);
  const bars = Math.ceil(map.beats.length / BEATS);
  return {
    beats: Array.from({ length: BEATS * bars + 1 }, (_, beat) => timeAt(map, first + beat * TICKS_PER_BEAT)),
    bars: new Array<number>(bars).fill(BEATS),
  };
}

function modulo(value: number, by: number): number {
  return value - by * Math.floor(value / by);
}

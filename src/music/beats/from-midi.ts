import type { MidiPiece } from '../midi/piece.js';
import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import { barsBetween, bassOfBeats, offBeats, wholeBars } from './bars.js';
import { type BeatMap, TICKS_PER_BEAT, TICKS_PER_SLOT, tickAt, timeAt } from './beat-map.js';
import { followBeats } from './follow.js';

/** How much more the bass of another beat must say than that of the file's bar line. */
const CLEARLY = 1.5;
/** A quarter is taken for so long where the pulse is looked for by quarters. */
const QUARTER: Seconds = 0.7;
/** Sixteenths of a beat. */
const SLOTS = TICKS_PER_BEAT / TICKS_PER_SLOT;
/** Beats last between these, else quarters are halved or doubled. */
const SHORTEST: Seconds = 0.44;
const LONGEST: Seconds = 0.95;

/**
 * The beats of a file by its tempos and meters; null where it has none, or its notes keep to no such tempo, as in a recording
 * against no click. Bars begin where the file says, unless the bass clearly has it otherwise; where notes and quarters are apart all through by as
 * much, the beats are the notes'; where they are apart otherwise, beats are looked for at the tempo of the file. `notes`: as they sound; beats are needed until `until`.
 */
export function beatsOfMidi(piece: MidiPiece, notes: readonly Note[], until: Seconds): BeatMap | null {
  const beats = quarters(piece.tempos, until);
  if (beats.length < 8) return null;
  const bars = { beats, ...linesOf(piece.timeSignatures, beats) };
  const weights = bassOfBeats(bars, notes);
  const best = weights.indexOf(Math.max(...weights));
  const phase = weights[best]! > CLEARLY * weights[0]! ? best : 0;
  const lines = bars.lines.map((beat) => beat + phase).filter((beat) => beat < beats.length);
  const map = barsBetween(wholeBars({ ...bars, lines }));
  if (offBeats(map, notes) === null) return map;
  const tracked = beatsAtTempo(beats, notes, until);
  const later = laterBeats(map, notes, tracked);
  return offBeats(later, notes) === null ? later : tracked;
}

/**
 * The same beats, as much later or earlier as the notes are beside their sixteenths on the mean: who plays to a click may begin beside it. Of
 * the sixteenths that may be the beat, the one that most of the `tracked` beats are near to.
 */
function laterBeats(map: BeatMap, notes: readonly Note[], tracked: BeatMap | null): BeatMap {
  let [x, y] = [0, 0];
  for (const { start } of notes) {
    const turn = (2 * Math.PI * tickAt(map, start)) / TICKS_PER_SLOT;
    x += Math.cos(turn);
    y += Math.sin(turn);
  }
  const ticks = (Math.atan2(y, x) / (2 * Math.PI)) * TICKS_PER_SLOT;
  const near = new Array<number>(SLOTS).fill(0);
  for (const beat of tracked?.beats ?? []) {
    const slot = Math.round((tickAt(map, beat) - ticks) / TICKS_PER_SLOT);
    near[slot - SLOTS * Math.floor(slot / SLOTS)]!++;
  }
  const best = near.indexOf(Math.max(...near));
  const slots = best > SLOTS / 2 ? best - SLOTS : best;
  const later = ticks + slots * TICKS_PER_SLOT;
  return { ...map, beats: map.beats.map((_, beat) => timeAt(map, beat * TICKS_PER_BEAT + later)) };
}

/** The pulse that the notes keep to at the tempo of the file, wherever its beats lie. */
function beatsAtTempo(quarters: readonly Seconds[], notes: readonly Note[], until: Seconds): BeatMap | null {
  const file: BeatMap = { beats: quarters, bars: [] };
  const middle = quarters[(quarters.length >> 1) + 1]! - quarters[quarters.length >> 1]!;
  const beat = middle > LONGEST ? 0.5 : middle < SHORTEST ? 2 : 1;
  // In quarters, each of the same length, the tempo is one.
  const scale = QUARTER / beat / TICKS_PER_BEAT;
  const evenly = (time: Seconds) => tickAt(file, time) * scale;
  const even = notes.map((note) => ({ ...note, start: evenly(note.start), end: evenly(note.end) }));
  const map = followBeats(even, evenly(until), QUARTER);
  return map && { ...map, beats: map.beats.map((time) => timeAt(file, time / scale)) };
}

/** The quarters until `end` and some bars more. */
function quarters(tempos: MidiPiece['tempos'], end: Seconds): Seconds[] {
  const beats: Seconds[] = [];
  let [time, next] = [0, 0];
  let length = 0;
  while (tempos.length > 0 && beats.length < MOST && time < end + 8 * length + 1) {
    beats.push(time);
    // A quarter may hold changes of tempo: each part of it passes at its own.
    let left = 1;
    while (left > 1e-9) {
      while (next + 1 < tempos.length && tempos[next + 1]!.time <= time + 1e-9) next++;
      length = 60 / tempos[next]!.bpm;
      const until = tempos[next + 1]?.time ?? Infinity;
      const passes = Math.min(left, (until - time) / length);
      time += passes * length;
      left -= passes;
    }
  }
  return beats;
}

/** Ten hours at 120. */
const MOST = 72_000;

function linesOf(
  signatures: MidiPiece['timeSignatures'],
  beats: readonly Seconds[],
): { lines: number[]; meter: number } {
  const lines: number[] = [];
  let [next, meter, line] = [-1, 4, 0];
  let first = 4;
  for (const [beat, time] of beats.entries()) {
    while (next + 1 < signatures.length && signatures[next + 1]!.time <= time + 1e-3) {
      next++;
      const { numerator, denominator } = signatures[next]!;
      // A bar of one quarter is no meter, but what a program wrote that knew none.
      const said = Math.round((4 * numerator) / denominator);
      meter = said < 2 ? 4 : said;
      line = beat;
      if (next === 0) first = meter;
    }
    if ((beat - line) % meter === 0) lines.push(beat);
  }
  return { lines, meter: first };
}

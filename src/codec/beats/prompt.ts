import { type BeatMap, EARLY, mapBetween, tickAt } from '../../music/beats/beat-map.js';
import { chordsByBeat } from '../../music/chords/by-beat.js';
import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import { type ChordChange, encodeBeats } from './encode.js';
import { BEGINNING, type BeatHead, headAfter, headAt } from './head.js';

/** The pace at which the music goes on is that of so many beats before. */
const PACE_BEATS = 8;

/** What was heard, as a network that counts in beats is told of it before it goes on. */
export interface BeatPrompt {
  /** Without the token that begins a piece. */
  readonly tokens: readonly number[];
  /** The bar that is open, and where its beats will lie. */
  readonly open: BeatMap;
  /** Where the stream stands: nothing may come before the moment at which the music goes on. */
  readonly head: BeatHead;
}

/**
 * `notes`: what was heard, by onset, each ended by `from`, where the music goes on. `foretold`: the beats of `map` that are to come are as
 * those before lead to expect; else they are not to be known, and come from the last one that has passed on at their mean pace.
 */
export function promptOf(
  notes: readonly Note[],
  map: BeatMap,
  from: Seconds,
  foretold: boolean = false,
): BeatPrompt {
  const known = mapBetween(map, notes[0]?.start ?? from, from);
  const { bars } = known;
  const heard: BeatMap = foretold ? known : { beats: evenlyFrom(known.beats, from), bars };
  const piece = {
    performance: { notes, pedal: [] },
    map: heard,
    chords: chordsUntil(heard, notes, from),
    until: from,
  };
  const tokens = encodeBeats(piece).tokens.slice(0, -1);
  const open = { beats: heard.beats.slice(-1 - bars.at(-1)!), bars: bars.slice(-1) };
  const head = headAt(tokens.reduce(headAfter, BEGINNING), Math.ceil(tickAt(open, from)) + EARLY);
  return { tokens, open, head };
}

function evenlyFrom(beats: readonly Seconds[], from: Seconds): Seconds[] {
  const passed = Math.max(
    0,
    beats.findLastIndex((time) => time <= from),
  );
  const back = Math.max(0, passed - PACE_BEATS);
  const pace = passed > back ? (beats[passed]! - beats[back]!) / (passed - back) : beats[1]! - beats[0]!;
  return beats.map((time, beat) => (beat > passed ? beats[passed]! + (beat - passed) * pace : time));
}

function chordsUntil(map: BeatMap, notes: readonly Note[], from: Seconds): ChordChange[] {
  return chordsByBeat(map, notes, from).map((chord, beat) => ({ time: map.beats[beat]!, chord }));
}

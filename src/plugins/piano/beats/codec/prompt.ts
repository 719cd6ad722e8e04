import { type BeatMap, EARLY, mapBetween, tickAt } from '../../../../music/beats/beat-map.js';
import { chordsByBeat } from '../../../../music/chords/by-beat.js';
import type { Note } from '../../../../music/note.js';
import type { Seconds } from '../../../../music/units.js';
import { type ChordChange, encodeBeats } from './encode.js';
import { BEGINNING, type BeatHead, headAfter, headAt } from './head.js';

/** The beat period after the prompt is the mean of this many beats before. */
const PACE_BEATS = 8;

/** What was played, encoded for a beat model that continues it. */
export interface BeatPrompt {
  /** Tokens without the start token. */
  readonly tokens: readonly number[];
  /** The bar under way, with its beats to come. */
  readonly open: BeatMap;
  /** The head of the stream: no position before the moment at which the music continues is legal. */
  readonly head: BeatHead;
}

/**
 * Encodes `notes` (sorted by onset, each ended by `from`) up to `from`, where the music continues. `foretold`: the beats of `map`
 * after `from` are a prediction and may be used; else they are unknown and extrapolated from those before.
 */
export function promptOf(
  notes: readonly Note[],
  map: BeatMap,
  from: Seconds,
  foretold: boolean = false,
): BeatPrompt {
  const known = mapBetween(map, notes[0]?.start ?? from, from);
  const { bars } = known;
  const beatMap: BeatMap = foretold ? known : { beats: evenlyFrom(known.beats, from), bars };
  const piece = {
    performance: { notes, pedal: [] },
    map: beatMap,
    chords: chordsUntil(beatMap, notes, from),
    until: from,
  };
  const tokens = encodeBeats(piece).tokens.slice(0, -1);
  const open = { beats: beatMap.beats.slice(-1 - bars.at(-1)!), bars: bars.slice(-1) };
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

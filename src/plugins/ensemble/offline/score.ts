import { type BeatMap, mapBetween, TICKS_PER_BEAT, tickAt } from '../../../music/beats/beat-map.js';
import type { MidiPiece } from '../../../music/midi/piece.js';
import type { Note } from '../../../music/note.js';
import type { Seconds } from '../../../music/units.js';
import { type BeatNote, EARLY_BEATS } from '../gestures/classify.js';
import { mod12 } from '../harmony/chord.js';
import { type HeardNote, harmoniesOf, isChord } from '../harmony/listener.js';
import type { Signature } from '../harmony/plan/keys.js';
import { planOfMelody } from '../harmony/plan/melody-plan.js';
import type { HarmonicPlan } from '../harmony/plan/plan.js';
import { planOfPlayed } from '../harmony/plan/played-plan.js';
import { placeOf } from '../live/band.js';
import { barsIn, withBarsAt } from '../meter/meter.js';

/** A whole file in beats, from a bar line on. */
export interface FileScore {
  readonly map: BeatMap;
  /** Beats of a bar: three or four, whichever most bars have. */
  readonly bar: 3 | 4;
  readonly leader: readonly BeatNote[];
  readonly plan: HarmonicPlan;
  /** The bar line with which the band comes in: the leader's first, or the one after his upbeat. */
  readonly enters: number;
}

/** Notes this short at the beginning of a beat are the tail of the one before. In beats. */
const TAIL = 0.15;

/** Chords are played where so large a part of the beats have two tones or more. */
const PLAYED = 0.3;

/** By so many nats a melody must fit other bars better: more where the file says its meter, or a bass has had its say. */
const CLEARLY = 6;
const CLEARLY_AGAINST_FILE = 40;

/** What a file has to be accompanied. */
export interface FileNotes {
  readonly leader: readonly Note[];
  /** Every note that says something of the harmony, the leader's among them. */
  readonly all: readonly Note[];
  /** Whether the file says its meter. */
  readonly saysMeter: boolean;
  /** The key signatures of the file; absent: none. */
  readonly keys?: MidiPiece['keySignatures'];
}

/** Lays a file out in beats. Where it says no meter, bars begin where the leader's melody has them. */
export function scoreOf(
  { leader, all, saysMeter, keys = [] }: FileNotes,
  beats: BeatMap,
  until: Seconds,
): FileScore {
  const begins = Math.min(all[0]!.start, leader[0]!.start);
  const isAlone = all.length === leader.length;
  const lines = heardBars(beats, leader, saysMeter || !isAlone ? CLEARLY_AGAINST_FILE : CLEARLY);
  const map = mapBetween(lines, begins, until);
  const bar = map.bars.filter((length) => length === 3).length > map.bars.length / 2 ? 3 : 4;
  const count = map.beats.length - 1;
  const places = Array.from({ length: count }, (_, beat) => placeOf(beat % bar, bar));
  const led = inBeats(leader, map);
  const heard = heardIn(inBeats(all, map), count);
  const plays = heard.filter(isChord).length > PLAYED * count;
  return {
    ...{ map, bar, leader: led },
    plan: plays
      ? planOfPlayed({ melody: led, harmonies: harmoniesOf(heard, places), heard }, bar)
      : planOfMelody(led, bar, count, signaturesIn(keys, map)),
    enters: bar * Math.ceil((led[0]!.start - 2 * EARLY_BEATS) / bar),
  };
}

function signaturesIn(keys: MidiPiece['keySignatures'], map: BeatMap): Signature[] {
  return keys.map(({ time, sharps }) => ({
    from: tickAt(map, time) / TICKS_PER_BEAT,
    tonic: mod12(7 * sharps),
  }));
}

function inBeats(notes: readonly Note[], map: BeatMap): BeatNote[] {
  const at = (time: Seconds) => tickAt(map, time) / TICKS_PER_BEAT;
  return notes.map((note) => ({ ...note, start: at(note.start), end: at(note.end) }));
}

/** The beats with the bars that the melody has, where these are other ones by `clearly` nats. Bars of three stay as they are. */
function heardBars(map: BeatMap, leader: readonly Note[], clearly: number): BeatMap {
  if (map.bars.filter((length) => length === 4).length < map.bars.length / 2) return map;
  const { begins, nats } = barsIn(inBeats(leader, map));
  return nats < clearly ? map : withBarsAt(map, begins);
}

function heardIn(notes: readonly BeatNote[], count: number): HeardNote[][] {
  const heard: HeardNote[][] = Array.from({ length: count }, () => []);
  for (const { pitch, start, end } of notes) {
    const first = Math.max(0, Math.floor(start + EARLY_BEATS));
    for (let beat = first; beat < end && beat < heard.length; beat++) {
      const [from, to] = [Math.max(0, start - beat), Math.min(1, end - beat)];
      if (to > from && (beat === first || to >= TAIL)) heard[beat]!.push({ pitch, from, to });
    }
  }
  return heard;
}

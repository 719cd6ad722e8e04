import type { BeatMap } from '../beats/beat-map.js';
import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import type { Chord } from './chord.js';
import { ChordListener } from './estimate.js';

/** Estimates the chord of each beat that begins before `until`, from the notes until then. (beat) */
export function chordsByBeat(
  { beats, bars }: BeatMap,
  notes: readonly Note[],
  until: Seconds = Number.POSITIVE_INFINITY,
): (Chord | null)[] {
  const listener = new ChordListener();
  let beat = 0;
  for (const length of bars) {
    for (let at = 0; at < length && beats[beat]! < until; at++, beat++) {
      const [begin, end] = [beats[beat]!, Math.min(until, beats[beat + 1]!)];
      const sounding = notes.filter((note) => note.start < end && note.end > begin);
      listener.beat(sounding, begin, end, at === 0 ? 'bar' : at === 2 && length === 4 ? 'half' : 'beat');
    }
  }
  return listener.chords();
}
